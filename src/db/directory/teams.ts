import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type {
  Team,
  TeamFilters,
  TeamPatch,
  TeamSort,
  TeamStore,
} from "../../domain/directory/teams/team.ts";
import type { PageRequest } from "../../domain/page.ts";
import { assignments, json } from "../assignments.ts";
import { instant, metadata } from "../columns.ts";
import type { Database, Row, Statement } from "../database.ts";
import { type Claim, claimed, createOnce } from "../idempotency.ts";
import { pageOf, pageStatement, type SortColumns } from "../page.ts";
import type { Reader } from "../reader.ts";
import { statement } from "../statement.ts";
import { hinderedBy } from "../violation.ts";
import { writtenBy } from "../written-by.ts";
import { changed } from "./changed.ts";
import { removeOwner } from "./remove-owner.ts";

const columns = sql`id, name, metadata, created_at, updated_at`;

const row = z
  .object({
    id: z.string(),
    name: z.string(),
    metadata,
    created_at: instant,
    updated_at: instant,
  })
  .transform(
    ({ created_at, updated_at, ...team }): Team => ({
      ...team,
      createdAt: created_at,
      updatedAt: updated_at,
    }),
  );

const parse = (found: Row): Team => row.parse(found);

const sortColumns: SortColumns<TeamSort> = {
  createdAt: { expression: sql`created_at`, type: "instant" },
  updatedAt: { expression: sql`updated_at`, type: "instant" },
  name: { expression: sql`name`, type: "text" },
};

/** The rows that exist for this organization: every statement starts from here. */
const live = (organizationId: string): SQL =>
  sql`organization_id = ${organizationId}::uuid and deleted_at is null`;

const insertTeam = (
  organizationId: string,
  team: Pick<Team, "id" | "name" | "metadata">,
  claim: Claim,
): Statement =>
  statement(
    "directory.insert_team",
    sql`with fresh as (
  select ${team.id}::uuid as id, ${organizationId}::uuid as organization_id,
    ${team.name}::text as name, ${json(team.metadata)} as metadata,
    now()::timestamptz(3) as created_at, now()::timestamptz(3) as updated_at
), ${claimed(claim)}
insert into directory.teams
  (id, organization_id, name, metadata, created_at, updated_at)
select id, organization_id, name, metadata, created_at, updated_at from claimed
returning ${columns}, ${writtenBy}`,
  );

const findTeam = (organizationId: string, id: string): Statement =>
  statement(
    "directory.find_team",
    sql`select ${columns} from directory.teams where ${live(organizationId)} and id = ${id}::uuid`,
  );

const listTeams = (
  organizationId: string,
  page: PageRequest<TeamSort>,
  { name }: TeamFilters,
): Statement =>
  pageStatement(
    {
      name: "directory.list_teams",
      columns,
      from: sql`directory.teams`,
      where: [live(organizationId), ...(name === undefined ? [] : [sql`name = ${name}`])],
      sortColumns,
    },
    page,
  );

const updateTeam = (organizationId: string, id: string, patch: TeamPatch): Statement =>
  statement(
    "directory.update_team",
    sql`update directory.teams set ${assignments({
      name: patch.name === undefined ? undefined : sql`${patch.name}`,
      metadata: patch.metadata === undefined ? undefined : json(patch.metadata ?? {}),
    })}
where ${live(organizationId)} and id = ${id}::uuid
returning ${columns}, ${writtenBy}`,
  );

export const createTeamStore = (database: Database, reader: Reader): TeamStore => ({
  insert: (organizationId, team, idempotency) => {
    const claim = { context, organizationId, operation: "createTeam", idempotency };
    const effect = insertTeam(organizationId, team, claim);
    return hinderedBy(nameUnique, () => createOnce(database, claim, effect, parse));
  },
  find: async (organizationId, id) => {
    const [found] = await database.run(findTeam(organizationId, id));
    return found ? parse(found) : null;
  },
  list: async (organizationId, page, filters) => {
    const since = page.freshness?.directory;
    const rows = await reader.read(listTeams(organizationId, page, filters), { since });
    return pageOf(rows, page.limit, parse);
  },
  update: (organizationId, id, patch) =>
    hinderedBy(nameUnique, async () => {
      const [row] = await database.run(updateTeam(organizationId, id, patch));
      return changed(row, parse);
    }),
  remove: (organizationId, id) => removeOwner(database, "team", organizationId, id),
});

const context = "directory" as const;
const nameUnique = { teams_name_unique: "team_name_taken" } as const;
