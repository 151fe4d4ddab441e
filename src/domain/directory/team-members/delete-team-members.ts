import type { Actor } from "../../actor.ts";
import { notFound } from "../../changes.ts";
import { ok, type Result } from "../../result.ts";
import type { TeamMemberStore, TeamMembersOf } from "./team-member.ts";

export const deleteTeamMember =
  ({ teamMembers }: { teamMembers: TeamMemberStore }) =>
  async (actor: Actor, id: string): Promise<Result<void>> =>
    (await teamMembers.remove(actor.organizationId, id)) ? ok(undefined) : notFound("team member");

/** All of them or, if the statement fails, none. A team or user without memberships has 0. */
export const deleteTeamMembers =
  ({ teamMembers }: { teamMembers: TeamMemberStore }) =>
  async (actor: Actor, of: TeamMembersOf): Promise<Result<{ readonly deleted: number }>> =>
    ok({ deleted: await teamMembers.removeAll(actor.organizationId, of) });
