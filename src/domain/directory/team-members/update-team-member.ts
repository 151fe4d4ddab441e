import type { Actor } from "../../actor.ts";
import { changeResult } from "../../changes.ts";
import type { Result } from "../../result.ts";
import type { TeamMember, TeamMemberPatch, TeamMemberStore } from "./team-member.ts";

export const updateTeamMember =
  ({ teamMembers }: { teamMembers: TeamMemberStore }) =>
  async (actor: Actor, id: string, patch: TeamMemberPatch): Promise<Result<TeamMember>> => {
    const change = await teamMembers.update(actor.organizationId, id, patch);
    return changeResult(change, "team member", (by: never) => by);
  };
