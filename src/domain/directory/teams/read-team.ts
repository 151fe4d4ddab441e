import type { Actor } from "../../actor.ts";
import { foundResult } from "../../changes.ts";
import type { Page, PageRequest } from "../../page.ts";
import { ok, type Result } from "../../result.ts";
import type { Team, TeamFilters, TeamSort, TeamStore } from "./team.ts";

export const getTeam =
  ({ teams }: { teams: TeamStore }) =>
  async (actor: Actor, id: string): Promise<Result<Team>> =>
    foundResult(await teams.find(actor.organizationId, id), "team");

export const listTeams =
  ({ teams }: { teams: TeamStore }) =>
  async (
    actor: Actor,
    page: PageRequest<TeamSort>,
    filters: TeamFilters,
  ): Promise<Result<Page<Team>>> =>
    ok(await teams.list(actor.organizationId, page, filters));
