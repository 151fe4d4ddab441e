import type { Actor } from "../../actor.ts";
import { changeResult } from "../../changes.ts";
import type { Result } from "../../result.ts";
import { teamNameTaken } from "./create-team.ts";
import type { Team, TeamPatch, TeamStore } from "./team.ts";

export const updateTeam =
  ({ teams }: { teams: TeamStore }) =>
  async (actor: Actor, id: string, patch: TeamPatch): Promise<Result<Team>> =>
    changeResult(await teams.update(actor.organizationId, id, patch), "team", teamNameTaken);
