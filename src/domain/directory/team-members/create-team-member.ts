import type { Actor } from "../../actor.ts";
import { creationResult } from "../../changes.ts";
import type { Ids } from "../../ids.ts";
import { type Refused, type Result, refuse } from "../../result.ts";
import type {
  NewTeamMember,
  TeamMember,
  TeamMemberHindrance,
  TeamMemberStore,
} from "./team-member.ts";

export const createTeamMember =
  ({ teamMembers, ids }: { teamMembers: TeamMemberStore; ids: Ids }) =>
  async (actor: Actor, input: NewTeamMember): Promise<Result<TeamMember>> => {
    const member = {
      id: ids.next(),
      teamId: input.teamId,
      userId: input.userId,
      role: input.role ?? ("member" as const),
    };
    const creation = await teamMembers.insert(actor.organizationId, member, actor.idempotency);
    return creationResult(creation, explain);
  };

const noTeam = { pointer: "/teamId", detail: "There is no such team" };
const noUser = { pointer: "/userId", detail: "There is no such user" };

const explain = (by: TeamMemberHindrance): Refused => {
  const unknown = "A team member needs a team and a user that exist.";
  switch (by) {
    case "team_not_found":
      return refuse("not_found", unknown, [noTeam]);
    case "user_not_found":
      return refuse("not_found", unknown, [noUser]);
    case "team_and_user_not_found":
      return refuse("not_found", unknown, [noTeam, noUser]);
    case "team_member_exists":
      return refuse("team_member_exists", "The user is a member of the team already.");
  }
};
