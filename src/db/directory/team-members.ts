import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import {
  type TeamMember,
  type TeamMemberFilters,
  type TeamMemberHindrance,
  type TeamMemberPatch,
  type TeamMemberSort,
  type TeamMemberStore,
  type TeamMembersOf,
  teamRoles,
} from "../../domain/directory/team-members/team-member.ts";
import type { PageRequest } from "../../domain/page.ts";
import { assignments } from "../assignments.ts";
import { instant } from "../columns.ts";
import type { Database, Row, Statement } from "../database.ts";
import { type Claim, claimed, createOnce } from "../idempotency.ts";
import { pageOf, pageStatement, type SortColumns } from "../page.ts";
import type { Reader } from "../reader.ts";
import { statement } from "../statement.ts";
import { hinderedBy } from "../violation.ts";
import { writtenBy } from "../written-by.ts";
import { changed, nothing } from "./changed.ts";

const columns = sql`id, team_id, user_id, role, created_at, updated_at`;

const row = z
  .object({
    id: z.string(),
    team_id: z.string(),
    user_id: z.string(),
    role: z.enum(teamRoles),
    created_at: instant,
    updated_at: instant,
  })
  .transform(
    (member): TeamMember => ({
      id: member.id,
      teamId: member.team_id,
      userId: member.user_id,
      role: member.role,
      createdAt: member.created_at,
      updatedAt: member.updated_at,
    }),
  );

const parse = (found: Row): TeamMember => row.parse(found);

const sortColumns: SortColumns<TeamMemberSort> = {
  createdAt: { expression: sql`created_at`, type: "instant" },
  updatedAt: { expression: sql`updated_at`, type: "instant" },
};

const live = (organizationId: string): SQL =>
  sql`organization_id = ${organizationId}::uuid and deleted_at is null`;

/**
 * The team and the user are locked `for key share`: the `for update` of a delete waits for
 * it, a change of their name does not. Who comes after a delete finds no live row, and is
 * told which of the two is missing.
 */
const insertTeamMember = (
  organizationId: string,
  member: Pick<TeamMember, "id" | "teamId" | "userId" | "role">,
  claim: Claim,
): Statement =>
  statement(
    "directory.insert_team_member",
    sql`with team as (
  select id from directory.teams where ${live(organizationId)} and id = ${member.teamId}::uuid
  for key share
), person as (
  select id from directory.users where ${live(organizationId)} and id = ${member.userId}::uuid
  for key share
), fresh as (
  select ${member.id}::uuid as id, ${organizationId}::uuid as organization_id,
    team.id as team_id, person.id as user_id, ${member.role}::text as role,
    now()::timestamptz(3) as created_at, now()::timestamptz(3) as updated_at
  from team, person
), ${claimed(claim)}, member as (
  insert into directory.team_members
    (id, organization_id, team_id, user_id, role, created_at, updated_at)
  select id, organization_id, team_id, user_id, role, created_at, updated_at from claimed
  returning ${columns}
)
select exists (select from team) as team_found, exists (select from person) as user_found, ${writtenBy}, member.*
from (select) as always left join member on true`,
  );

const findTeamMember = (organizationId: string, id: string): Statement =>
  statement(
    "directory.find_team_member",
    sql`select ${columns} from directory.team_members
where ${live(organizationId)} and id = ${id}::uuid`,
  );

const listTeamMembers = (
  organizationId: string,
  page: PageRequest<TeamMemberSort>,
  { teamId, userId }: TeamMemberFilters,
): Statement =>
  pageStatement(
    {
      name: "directory.list_team_members",
      columns,
      from:
        teamId === undefined || userId === undefined
          ? sql`directory.team_members`
          : membershipOf(organizationId, teamId, userId),
      where: [
        live(organizationId),
        ...(teamId === undefined ? [] : [sql`team_id = ${teamId}::uuid`]),
        ...(userId === undefined ? [] : [sql`user_id = ${userId}::uuid`]),
      ],
      sortColumns,
    },
    page,
  );

/** At most one: found before it is sorted, or all of the team would be read in the list's order. */
const membershipOf = (organizationId: string, teamId: string, userId: string): SQL =>
  sql`(select * from directory.team_members
  where ${live(organizationId)} and team_id = ${teamId}::uuid and user_id = ${userId}::uuid
  offset 0) as membership`;

const updateTeamMember = (organizationId: string, id: string, patch: TeamMemberPatch): Statement =>
  statement(
    "directory.update_team_member",
    sql`update directory.team_members set ${assignments({
      role: patch.role === undefined ? undefined : sql`${patch.role}`,
    })}
where ${live(organizationId)} and id = ${id}::uuid
returning ${columns}, ${writtenBy}`,
  );

const deleteTeamMember = (organizationId: string, id: string): Statement =>
  statement(
    "directory.delete_team_member",
    sql`update directory.team_members set deleted_at = now()
where ${live(organizationId)} and id = ${id}::uuid
returning ${writtenBy}`,
  );

/** Locked by id, like every change of many memberships. */
const deleteTeamMembers = (organizationId: string, of: TeamMembersOf): Statement =>
  statement(
    "directory.delete_team_members",
    sql`with owner as (
  select id from ${"teamId" in of ? sql`directory.teams` : sql`directory.users`}
  where ${live(organizationId)} and id = ${"teamId" in of ? of.teamId : of.userId}::uuid
), memberships as materialized (
  select id from directory.team_members
  where ${live(organizationId)}
    and ${"teamId" in of ? sql`team_id = ${of.teamId}::uuid` : sql`user_id = ${of.userId}::uuid`}
  order by id
  for no key update
), ended as (
  update directory.team_members m set deleted_at = now() from memberships
  where m.organization_id = ${organizationId}::uuid and m.id = memberships.id
  returning m.id
)
select count(*)::int as deleted, exists (select from owner) as found, ${writtenBy} from ended`,
  );

export const createTeamMemberStore = (database: Database, reader: Reader): TeamMemberStore => ({
  insert: (organizationId, member, idempotency) => {
    const claim = { context, organizationId, operation: "createTeamMember", idempotency };
    const effect = insertTeamMember(organizationId, member, claim);
    return hinderedBy(memberUnique, () => createOnce(database, claim, effect, parse, whoIsMissing));
  },
  find: async (organizationId, id) => {
    const [found] = await database.run(findTeamMember(organizationId, id));
    return found ? parse(found) : null;
  },
  list: async (organizationId, page, filters) => {
    const since = page.freshness?.directory;
    const rows = await reader.read(listTeamMembers(organizationId, page, filters), { since });
    return pageOf(rows, page.limit, parse);
  },
  update: async (organizationId, id, patch) => {
    const [row] = await database.run(updateTeamMember(organizationId, id, patch));
    return changed(row, parse);
  },
  remove: async (organizationId, id) => {
    const [row] = await database.run(deleteTeamMember(organizationId, id));
    return changed(row, nothing);
  },
  removeAll: async (organizationId, of) => {
    const [row] = await database.run(deleteTeamMembers(organizationId, of));
    const { deleted, found } = counts.parse(row);
    return found || deleted > 0 ? changed(row, () => deleted) : { outcome: "not_found" };
  },
});

const counts = z.object({ deleted: z.int(), found: z.boolean() });
const context = "directory" as const;
const memberUnique = { team_members_unique: "team_member_exists" } as const;

const whoIsMissing = (found: Row | undefined): TeamMemberHindrance => {
  const { team_found: team, user_found: user } = z
    .object({ team_found: z.boolean(), user_found: z.boolean() })
    .parse(found);
  if (!team) return user ? "team_not_found" : "team_and_user_not_found";
  if (!user) return "user_not_found";
  throw new Error("A membership of a live team and user was not created");
};
