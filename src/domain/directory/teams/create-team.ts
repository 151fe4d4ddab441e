import type { Actor } from "../../actor.ts";
import { creationResult } from "../../changes.ts";
import type { Ids } from "../../ids.ts";
import { type Refused, type Result, refuse } from "../../result.ts";
import type { NewTeam, Team, TeamStore } from "./team.ts";

export const createTeam =
  ({ teams, ids }: { teams: TeamStore; ids: Ids }) =>
  async (actor: Actor, input: NewTeam): Promise<Result<Team>> => {
    const team = { id: ids.next(), name: input.name, metadata: input.metadata ?? {} };
    const creation = await teams.insert(actor.organizationId, team, actor.idempotency);
    return creationResult(creation, teamNameTaken);
  };

export const teamNameTaken = (): Refused =>
  refuse("team_name_taken", "Another team of the organization has this name.", [
    { pointer: "/name", detail: "Is taken" },
  ]);
