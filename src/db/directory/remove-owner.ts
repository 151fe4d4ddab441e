import { type SQL, sql } from "drizzle-orm";
import type { Change } from "../../domain/changes.ts";
import type { Database, Statement } from "../database.ts";
import { statement } from "../statement.ts";
import { hinderedBy } from "../violation.ts";
import { writtenBy } from "../written-by.ts";
import { changed, nothing } from "./changed.ts";

export type OwnerKind = "team" | "user";

/**
 * Deletes a team or user with its memberships.
 *
 * Two statements in one transaction and one round trip. One statement would not do: it
 * reads memberships as of its start, so one that commits while it waits for the owner's
 * lock would stay, live, with a deleted owner. The second statement sees it.
 */
export const removeOwner = async (
  database: Database,
  kind: OwnerKind,
  organizationId: string,
  id: string,
): Promise<Change<void>> => {
  const results = await hinderedBy({}, () =>
    database.batch([lockOwner(kind, organizationId, id), deleteOwner(kind, organizationId, id)], {
      isolation: "ReadCommitted",
    }),
  );
  return changed(Array.isArray(results) ? results[1]?.[0] : undefined, nothing);
};

/** `for update` waits for, and keeps out, the `for key share` of a membership's creation. */
const lockOwner = (kind: OwnerKind, organizationId: string, id: string): Statement =>
  statement(
    `directory.lock_${kind}`,
    sql`select id from ${owners[kind]}
where organization_id = ${organizationId}::uuid and id = ${id}::uuid and deleted_at is null
for update`,
  );

/** Memberships are locked by id, so that deletes of a team and of a user cannot deadlock. */
const deleteOwner = (kind: OwnerKind, organizationId: string, id: string): Statement =>
  statement(
    `directory.delete_${kind}`,
    sql`with gone as (
  update ${owners[kind]} set deleted_at = now()
  where organization_id = ${organizationId}::uuid and id = ${id}::uuid and deleted_at is null
  returning id
), memberships as materialized (
  select m.id from directory.team_members m join gone on m.${ownerId[kind]} = gone.id
  where m.organization_id = ${organizationId}::uuid and m.deleted_at is null
  order by m.id
  for no key update of m
), ended as (
  update directory.team_members m set deleted_at = now() from memberships
  where m.organization_id = ${organizationId}::uuid and m.id = memberships.id
)
select ${writtenBy} from gone`,
  );

const owners: Record<OwnerKind, SQL> = {
  team: sql`directory.teams`,
  user: sql`directory.users`,
};

const ownerId: Record<OwnerKind, SQL> = { team: sql`team_id`, user: sql`user_id` };
