import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { laneKeyOf } from "../../domain/ids.ts";
import { isoTime } from "../../domain/iso-time.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { EventType } from "../../domain/wallets/model/event.ts";
import type {
  EventFilters,
  EventSort,
  FeedEvent,
  StoredEvent,
} from "../../domain/wallets/ports.ts";
import { instant, safeInteger } from "../columns.ts";
import type { Row, Statement } from "../database.ts";
import { statement } from "../statement.ts";

export const eventColumns = `organization_id, wallet_id, sequence, type, command, data,
  rules_version, request_id, command_key, fingerprint, recorded_at, encode(hash, 'hex') as hash`;

/** Looked up row by row: as a join it would read all events of the payment's wallet. */
export const findDecision = (organizationId: string, authorizationId: string): Statement =>
  statement(
    "wallets.find_decision",
    sql`select e.* from wallets.authorizations a
cross join lateral (
  select ${sql.raw(eventColumns)} from wallets.wallet_events
  where lane_key = ${laneKeyOf(authorizationId)}::int and wallet_id = a.wallet_id
    and sequence = a.decision_sequence and organization_id = ${organizationId}::uuid
  offset 0
) e
where a.lane_key = ${laneKeyOf(authorizationId)}::int and a.id = ${authorizationId}::uuid
  and a.organization_id = ${organizationId}::uuid`,
  );

const stored = z
  .object({
    organization_id: z.string(),
    wallet_id: z.string(),
    sequence: safeInteger,
    type: z.string(),
    command: z.string(),
    data: z.string(),
    rules_version: z.int(),
    request_id: z.string(),
    command_key: z.string().nullable(),
    fingerprint: z.string().nullable(),
    recorded_at: instant,
    hash: z.string(),
  })
  .transform(
    (row): StoredEvent => ({
      organizationId: row.organization_id,
      walletId: row.wallet_id,
      sequence: row.sequence,
      type: row.type as EventType,
      at: Date.parse(row.recorded_at),
      rulesVersion: row.rules_version,
      requestId: row.request_id,
      commandKey: row.command_key,
      fingerprint: row.fingerprint,
      commandText: row.command,
      dataText: row.data,
      hash: row.hash,
    }),
  );

export const storedEventOf = (row: Row): StoredEvent => stored.parse(row);

/**
 * The organization's feed, by transaction and place in it. What a transaction that is
 * still open may yet write comes before nothing that is shown: rows are read only below
 * the oldest open transaction, so a reader that goes on from the last row skips none.
 * That oldest one is told too, so that who has read all that fits a filter need not read
 * past the rest again: a row without a sequence tells it where there is nothing to show.
 */
export const listEvents = (
  organizationId: string,
  page: PageRequest<EventSort>,
  { type, walletId }: EventFilters,
): Statement => {
  const place = page.after && placeOf(page.after.value);
  const { where, order } =
    walletId === undefined ? inFeed(place) : inLog(organizationId, walletId, place);
  return statement(
    "wallets.list_events",
    sql`select horizon::text as horizon, e.* from pg_snapshot_xmin(pg_current_snapshot()) as horizon
left join lateral (
  select ${sql.raw(eventColumns)}, transaction_id, transaction_id::text as transaction, position
  from wallets.wallet_events
  where organization_id = ${organizationId}::uuid
    and transaction_id < pg_snapshot_xmin(pg_current_snapshot()) and ${where}
    ${type === undefined ? sql`` : sql`and type = ${type}`}
  order by ${order}
  limit ${page.limit}::int
) e on true
order by e.transaction_id, e.position`,
  );
};

interface Place {
  readonly transaction: string;
  readonly position: bigint;
}

const inFeed = (place: Place | undefined) => ({
  where: place
    ? sql`(transaction_id, position) > (${place.transaction}::text::xid8, ${place.position}::int)`
    : sql`true`,
  order: sql`transaction_id, position`,
});

/**
 * A wallet's events have one order in the feed and in its log, because a commit that waited
 * for another's is stale. So they are read by the log's primary key, from the first that the
 * feed has behind the place: by the feed's index one would read past all other wallets' events.
 */
const inLog = (organizationId: string, walletId: string, place: Place | undefined) => {
  const ofWallet = sql`lane_key = ${laneKeyOf(walletId)}::int and wallet_id = ${walletId}::uuid`;
  // Halves the stretch of the log in which the last event up to the place must be.
  const lastUpTo = ({ transaction, position }: Place): SQL => sql`(
    with recursive search (low, high) as (
      select 0::bigint, version from wallets.wallets
      where id = ${walletId}::uuid and organization_id = ${organizationId}::uuid
      union all
      select case when e.upto then mid else low end, case when e.upto then high else mid - 1 end
      from (select low, high, (low + high + 1) / 2 as mid from search where low < high) s
      cross join lateral (
        select (transaction_id, position) <= (${transaction}::text::xid8, ${position}::int) as upto
        from wallets.wallet_events where ${ofWallet} and sequence = s.mid offset 0
      ) e
    )
    select max(low) from search)`;
  return {
    where: place ? sql`${ofWallet} and sequence > ${lastUpTo(place)}` : ofWallet,
    order: sql`sequence`,
  };
};

/** A commit writes far fewer than a million events. */
const placesInTransaction = 1_000_000n;

const placeOf = (value: string): Place => ({
  transaction: (BigInt(value) / placesInTransaction).toString(),
  position: BigInt(value) % placesInTransaction,
});

const transaction = z.string().regex(/^\d+$/);

const place = z.object({ transaction, position: z.int() });

const horizonOf = z.object({ horizon: transaction });

/** A feed has no last page: `next` is where to go on, also from a page that is empty. */
export const feedOf = (
  rows: readonly Row[],
  { after, limit }: Pick<PageRequest<EventSort>, "after" | "limit">,
): Page<FeedEvent> => {
  const shown = rows.filter(({ sequence }) => sequence !== null);
  const items = shown.map((row): FeedEvent => {
    const event = stored.parse(row);
    return {
      id: `${event.walletId}.${event.sequence}`,
      type: event.type,
      walletId: event.walletId,
      sequence: event.sequence,
      data: JSON.parse(event.dataText),
      requestId: event.requestId,
      hash: event.hash,
      createdAt: isoTime(event.at),
    };
  });
  const last = shown.at(-1);
  const id = items.at(-1)?.walletId ?? after?.id ?? nobody;
  if (last && items.length === limit) return { items, next: { value: positionOf(last), id } };
  // All before the oldest open transaction is read; a cursor of another time may lie beyond.
  const { horizon } = horizonOf.parse(rows[0]);
  const end = BigInt(horizon) * placesInTransaction - 1n;
  const from = after ? BigInt(after.value) : 0n;
  return { items, next: { value: (end > from ? end : from).toString(), id } };
};

const positionOf = (row: Row): string => {
  const { transaction: of, position } = place.parse(row);
  return (BigInt(of) * placesInTransaction + BigInt(position)).toString();
};

/** A cursor names a row beside its place; a feed that has shown none yet names nobody's. */
const nobody = "00000000-0000-0000-0000-000000000000";
