import type { Actor } from "../../actor.ts";
import { foundResult } from "../../changes.ts";
import type { Page, PageRequest } from "../../page.ts";
import { ok, type Result } from "../../result.ts";
import type {
  TeamMember,
  TeamMemberFilters,
  TeamMemberSort,
  TeamMemberStore,
} from "./team-member.ts";

export const getTeamMember =
  ({ teamMembers }: { teamMembers: TeamMemberStore }) =>
  async (actor: Actor, id: string): Promise<Result<TeamMember>> =>
    foundResult(await teamMembers.find(actor.organizationId, id), "team member");

export const listTeamMembers =
  ({ teamMembers }: { teamMembers: TeamMemberStore }) =>
  async (
    actor: Actor,
    page: PageRequest<TeamMemberSort>,
    filters: TeamMemberFilters,
  ): Promise<Result<Page<TeamMember>>> =>
    ok(await teamMembers.list(actor.organizationId, page, filters));
