import { type SQL, sql } from "drizzle-orm";
import type { Idempotency } from "../domain/actor.ts";
import type { Database, Row, Statement } from "./database.ts";
import { statement } from "./statement.ts";

/** Each context claims keys in its own `idempotency_keys`, in the statement of the effect. */
export type KeyContext = "directory" | "wallets";

export interface Claim {
  readonly context: KeyContext;
  readonly organizationId: string;
  /** The operation's id, for people who read the table. */
  readonly operation: string;
  /** Absent when the client sent no key: then nothing is claimed. */
  readonly idempotency: Idempotency | undefined;
  /** Columns of `fresh` that are never stored for replay: secrets and their hashes. */
  readonly secretColumns?: readonly string[];
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

/** What became of a creation; `parse` gives the row both when it is new and from storage. */
export type Once<T> =
  | { readonly outcome: "created" | "replayed"; readonly value: T }
  | { readonly outcome: "key_reused" }
  /** A check in `fresh` failed. */
  | { readonly outcome: "nothing" };

/**
 * Runs a statement made with `claimed` that returns the row it created. One statement,
 * or two when it created nothing and a key may tell why.
 */
export const createOnce = async <T>(
  database: Database,
  claim: Claim,
  effect: Statement,
  parse: (row: Row) => T,
): Promise<Once<T>> => {
  const [row] = await database.run(effect);
  if (row) return { outcome: "created", value: parse(row) };
  if (!claim.idempotency) return { outcome: "nothing" };
  const [stored] = await database.run(findClaim(claim, claim.idempotency.key));
  if (!stored) return { outcome: "nothing" };
  if (stored["fingerprint"] !== claim.idempotency.fingerprint) return { outcome: "key_reused" };
  return { outcome: "replayed", value: parse(stored["response"] as Row) };
};

const findClaim = (claim: Claim, key: string): Statement =>
  statement(
    `${claim.context}.find_claim`,
    sql`select fingerprint, response from ${keyTable(claim.context)}
where organization_id = ${claim.organizationId}::uuid and key = ${key}`,
  );

const keyTable = (context: KeyContext): SQL => sql.raw(`${context}.idempotency_keys`);
