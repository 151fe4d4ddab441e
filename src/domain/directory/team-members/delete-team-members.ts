import type { Actor } from "../../actor.ts";
import { changeResult } from "../../changes.ts";
import { ok, type Result, refuse } from "../../result.ts";
import type { TeamMemberStore, TeamMembersOf } from "./team-member.ts";

export const deleteTeamMember =
  ({ teamMembers }: { teamMembers: TeamMemberStore }) =>
  async (actor: Actor, id: string): Promise<Result<void>> =>
    changeResult(
      await teamMembers.remove(actor.organizationId, id),
      "team member",
      (by: never) => by,
    );

/** All of them or none. A team or user without memberships has 0; one that is not there is told. */
export const deleteTeamMembers =
  ({ teamMembers }: { teamMembers: TeamMemberStore }) =>
  async (actor: Actor, of: TeamMembersOf): Promise<Result<{ readonly deleted: number }>> => {
    const removed = await teamMembers.removeAll(actor.organizationId, of);
    return removed.outcome === "changed"
      ? ok({ deleted: removed.value }, removed.written)
      : noOwner(of);
  };

const noOwner = (of: TeamMembersOf) => {
  const kind = "teamId" in of ? "team" : "user";
  const detail = `There is no such ${kind}`;
  return refuse("not_found", `${detail}.`, [{ pointer: `/${kind}Id`, detail }]);
};
