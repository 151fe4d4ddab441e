import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { Idempotency } from "../domain/actor.ts";
import { type Creation, hindered } from "../domain/changes.ts";
import type { Context } from "./contexts.ts";
import type { Database, Row, Statement } from "./database.ts";
import { statement } from "./statement.ts";
import { seenBy, writtenOf } from "./written-by.ts";

/** Each context claims keys in its own `idempotency_keys`, in the statement of the effect. */
export interface Claim {
  readonly context: Context;
  readonly organizationId: string;
  /** The operation's id, for people who read the table. */
  readonly operation: string;
  /** Absent when the client sent no key: then nothing is claimed. */
  readonly idempotency: Idempotency | undefined;
  /** Columns of `fresh` that are never stored for replay: secrets and their hashes. */
  readonly secretColumns?: readonly string[];
  /** What is created is only ever read from the primary: nobody waits for a replica to have it. */
  readonly primaryOnly?: true;
}

/**
 * Two common table expressions between `fresh` and the effect:
 *
 *     with fresh as (select ... as id, ... where <every check>),
 *     ${claimed(claim)}
 *     insert into t (...) select ... from claimed returning ...
 *
 * `fresh` yields the row to be created, or none if a check fails. `claimed` yields that
 * row if the key was free (or there is none). Of concurrent requests with one key, one
 * inserts it; the others wait on it and then get no row: if the first one committed they
 * answer with what it stored, if it failed the next one claims. A statement that fails
 * or creates nothing keeps no key, so refusals are not stored.
 */
export const claimed = (claim: Claim): SQL => {
  if (!claim.idempotency) return sql`claimed as (select * from fresh)`;
  const { key, fingerprint } = claim.idempotency;
  const secrets = (claim.secretColumns ?? []).map((column) => sql` - ${column}::text`);
  return sql`claim as (
  insert into ${keyTable(claim.context)}
    (organization_id, key, fingerprint, operation, response, created_at)
  select ${claim.organizationId}::uuid, ${key}, ${fingerprint}, ${claim.operation},
    to_jsonb(fresh)${sql.join(secrets)}, now()
  from fresh
  on conflict (organization_id, key) do nothing
  returning key
), claimed as (select fresh.* from fresh, claim)`;
};

/**
 * Runs a statement made with `claimed`. It returns the row it created; if it created
 * none, no row or one without an `id`, of which `hindrance` tells what stood in the way.
 * `parse` reads the row both when it is new and from storage. Costs one statement, and a
 * second one where nothing was created and the key may tell why. If it does not, a third:
 * the key may have been in the way of the first, and have been purged before the second.
 */
export const createOnce = async <T, By extends string = never>(
  database: Database,
  claim: Claim,
  effect: Statement,
  parse: (row: Row) => T,
  hindrance: (row: Row | undefined) => By = nothingHinders,
): Promise<Creation<T, By>> => {
  const created = (row: Row): Creation<T, By> => ({
    outcome: "created",
    value: parse(row),
    ...writtenOf(claim.context, row),
  });
  let [row] = await database.run(effect);
  if (isCreated(row)) return created(row);
  if (claim.idempotency) {
    const [stored] = await database.run(findClaim(claim, claim.idempotency.key));
    if (stored && stored["fingerprint"] !== claim.idempotency.fingerprint) {
      return { outcome: "key_reused" };
    }
    if (stored) {
      const value = parse(stored["response"] as Row);
      return {
        outcome: "replayed",
        value,
        ...(!claim.primaryOnly && writtenOf(claim.context, stored)),
      };
    }
    [row] = await database.run(effect);
    if (isCreated(row)) return created(row);
  }
  return hindered(hindrance(row));
};

const isCreated = (row: Row | undefined): row is Row => row !== undefined && row["id"] !== null;

const nothingHinders = (): never => {
  throw new Error("A creation without checks created nothing");
};

const findClaim = (claim: Claim, key: string): Statement =>
  statement(
    `${claim.context}.find_claim`,
    sql`select fingerprint, response, ${seenBy} from ${keyTable(claim.context)}
where organization_id = ${claim.organizationId}::uuid and key = ${key}`,
  );

/**
 * Deletes keys that were claimed before a time, the oldest first and `most` at once, with what
 * they replay; answers how many. Several at once share the work: each passes over what another
 * has locked.
 */
export const purgeKeys = async (
  database: Database,
  context: Context,
  before: string,
  most: number,
): Promise<number> => {
  const [row] = await database.run(deleteKeys(context, before, most));
  return purgedRow.parse(row).purged;
};

const deleteKeys = (context: Context, before: string, most: number): Statement =>
  statement(
    `${context}.purge_keys`,
    sql`with gone as (
  delete from ${keyTable(context)} where ctid = any(array(
    select ctid from ${keyTable(context)} where created_at < ${before}::text::timestamptz
    order by created_at limit ${most}::int for update skip locked
  )) returning 1
)
select count(*)::int as purged from gone`,
  );

const purgedRow = z.object({ purged: z.int() });

const keyTable = (context: Context): SQL => sql.raw(`${context}.idempotency_keys`);
