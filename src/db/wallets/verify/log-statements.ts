import { type SQL, sql } from "drizzle-orm";
import { laneKeyOf } from "../../../domain/ids.ts";
import type { CounterpartRef, HashAt } from "../../../domain/wallets/verify/ports.ts";
import type { Statement } from "../../database.ts";
import { statement } from "../../statement.ts";
import { eventColumns } from "../events.ts";

const columns = sql.raw(`${eventColumns}, transaction_id::text as transaction_id, position`);

const ofWallet = (walletId: string): SQL =>
  sql`lane_key = ${laneKeyOf(walletId)}::int and wallet_id = ${walletId}::uuid`;

export const eventPage = (
  walletId: string,
  after: number,
  upTo: number,
  limit: number,
): Statement =>
  statement(
    "verify.events",
    sql`select ${columns} from wallets.wallet_events
where ${ofWallet(walletId)} and sequence > ${after}::bigint and sequence <= ${upTo}::bigint
order by sequence limit ${limit}::int`,
  );

/** Looked up one by one: to the planner a wallet has a few events, and it would read them all. */
export const eventsAt = (walletId: string, sequences: readonly number[]): Statement =>
  statement(
    "verify.events_at",
    sql`select e.* from unnest(${`{${sequences.join(",")}}`}::text::bigint[]) as r(s)
cross join lateral (
  select ${columns} from wallets.wallet_events where ${ofWallet(walletId)} and sequence = r.s offset 0
) e`,
  );

/**
 * The other side has the same time, by which the journal has an index. One by one, and sorted
 * apart: joined as it likes, PostgreSQL reads every event of a database that was not analysed,
 * or all of a wallet's journal for the order in which its key has it.
 */
export const counterparts = (refs: readonly CounterpartRef[]): Statement =>
  statement(
    "verify.counterparts",
    sql`select r.s as own_sequence, e.* from json_to_recordset(${JSON.stringify(
      refs.map(({ sequence, walletId, transferId, type, at }) => ({
        s: sequence,
        w: walletId,
        l: laneKeyOf(walletId),
        id: transferId,
        t: type,
        at: new Date(at).toISOString(),
      })),
    )}::text::json) as r(s bigint, w uuid, l int, id uuid, t text, at timestamptz)
cross join lateral (
  select sequence from (
    select sequence, ordinal from wallets.postings
    where lane_key = r.l and wallet_id = r.w and recorded_at = r.at and source_id = r.id
    offset 0
  ) of_transfer
  order by sequence, ordinal limit 1
) p
cross join lateral (
  select ${columns} from wallets.wallet_events
  where lane_key = r.l and wallet_id = r.w and sequence = p.sequence and type = r.t
  offset 0
) e`,
  );

/** A commit writes far fewer events of one wallet than are looked through. */
export const commitTime = (walletId: string, sequence: number): Statement =>
  statement(
    "verify.commit_time",
    sql`select max(recorded_at) as at from wallets.wallet_events
where ${ofWallet(walletId)} and sequence >= ${sequence}::bigint
  and sequence < ${sequence}::bigint + 10000
  and transaction_id = (
    select transaction_id from wallets.wallet_events
    where ${ofWallet(walletId)} and sequence = ${sequence}::bigint
  )`,
  );

/** Only asked when a wallet's payments do not add up: reads all their events. */
export const brokenPayments = (walletId: string, upTo: number): Statement =>
  statement(
    "verify.broken_payments",
    sql`with payments as (
  select sequence, data::json -> 'authorization' ->> 'id' as id,
    (data::json ->> 'previous')::bigint as previous
  from wallets.wallet_events
  where ${ofWallet(walletId)} and sequence <= ${upTo}::bigint
    and type in ('authorization.approved', 'authorization.declined', 'authorization.incremented',
      'authorization.increment_declined', 'authorization.captured', 'authorization.forced',
      'authorization.reversed', 'authorization.expired', 'authorization.refunded')
), lives as (
  select sequence, id, previous, lag(sequence) over life as before,
    lead(sequence) over life as next
  from payments window life as (partition by id order by sequence)
), broken as (
  select sequence, id, 'previous' as problem from lives where previous is distinct from before
  union all
  select l.sequence, l.id, case when a.id is null then 'no_row' else 'behind' end
  from lives l
  left join wallets.authorizations a
    on a.lane_key = ${laneKeyOf(walletId)}::int and a.id = l.id::uuid
      and a.wallet_id = ${walletId}::uuid
  where l.next is null and (a.id is null or a.sequence < l.sequence)
)
select * from broken order by sequence limit 20`,
  );

export const hashesAt = (places: readonly Pick<HashAt, "walletId" | "sequence">[]): Statement =>
  statement(
    "verify.hashes",
    sql`select w.id as wallet_id, r.s as sequence, w.organization_id, w.version,
  encode(e.hash, 'hex') as hash
from json_to_recordset(${JSON.stringify(
      places.map(({ walletId, sequence }) => ({
        w: walletId,
        l: laneKeyOf(walletId),
        s: sequence,
      })),
    )}::text::json) as r(w uuid, l int, s bigint)
join wallets.wallets w on w.id = r.w
left join lateral (
  select hash from wallets.wallet_events
  where lane_key = r.l and wallet_id = r.w and sequence = r.s offset 0
) e on true`,
  );

export const headPage = (after: string | null, limit: number): Statement =>
  statement(
    "verify.heads",
    sql`select id as wallet_id, organization_id, version, encode(head_hash, 'hex') as hash,
  updated_at
from wallets.wallets
${after === null ? sql`` : sql`where id > ${after}::uuid`}
order by id limit ${limit}::int`,
  );
