import { type SQL, sql } from "drizzle-orm";
import { laneKeyOf } from "../../../domain/ids.ts";
import type { VerifyFilter } from "../../../domain/wallets/verify/ports.ts";
import type { Statement } from "../../database.ts";
import { statement } from "../../statement.ts";
import { authorizationColumns, cardColumns, walletColumns } from "../columns.ts";

const ofWallet = (walletId: string): SQL =>
  sql`lane_key = ${laneKeyOf(walletId)}::int and wallet_id = ${walletId}::uuid`;

/** A page of wallets, deleted ones too. */
export const walletPage = (
  from: { readonly id: string; readonly inclusive: boolean } | null,
  { organizationId, walletId }: VerifyFilter,
  limit: number,
): Statement =>
  statement(
    "verify.wallets",
    sql`select ${sql.raw(walletColumns)}, lane_key
from wallets.wallets where ${pageOf(from, organizationId, walletId)}
order by id limit ${limit}::int`,
  );

/** The cards of the same page; run in its snapshot. */
export const cardsOfPage = (
  from: { readonly id: string; readonly inclusive: boolean } | null,
  { organizationId, walletId }: VerifyFilter,
  limit: number,
): Statement =>
  statement(
    "verify.cards",
    sql`select ${sql.raw(cardColumns)}, lane_key
from wallets.cards where wallet_id in (
  select id from wallets.wallets where ${pageOf(from, organizationId, walletId)}
  order by id limit ${limit}::int
)`,
  );

const pageOf = (
  from: { readonly id: string; readonly inclusive: boolean } | null,
  organizationId: string | undefined,
  walletId: string | undefined,
): SQL =>
  sql.join(
    [
      sql`true`,
      ...(from === null
        ? []
        : [from.inclusive ? sql`id >= ${from.id}::uuid` : sql`id > ${from.id}::uuid`]),
      ...(organizationId === undefined ? [] : [sql`organization_id = ${organizationId}::uuid`]),
      ...(walletId === undefined ? [] : [sql`id = ${walletId}::uuid`]),
    ],
    sql` and `,
  );

export const postingRange = (walletId: string, from: number, to: number): Statement =>
  statement(
    "verify.postings",
    sql`select lane_key, wallet_id, sequence, ordinal, organization_id, kind, debit, credit, amount,
  currency, source_id, card_id, reference, available_after, held_after, receivable_after,
  effective_at, recorded_at
from wallets.postings
where ${ofWallet(walletId)} and sequence between ${from}::bigint and ${to}::bigint
order by sequence, ordinal`,
  );

const operationColumns = sql`lane_key, id, organization_id, wallet_id, kind, authorization_id,
  record, sequence, created_at`;

export const operationsById = (walletId: string, ids: readonly string[]): Statement =>
  statement(
    "verify.operations",
    sql`select ${operationColumns} from wallets.operations
where lane_key = ${laneKeyOf(walletId)}::int and id = any (${`{${ids.join(",")}}`}::text::uuid[])`,
  );

/** Only asked when there are more than the log has. */
export const strayOperations = (walletId: string, upTo: number): Statement =>
  statement(
    "verify.stray_operations",
    sql`select ${operationColumns} from wallets.operations o
where ${ofWallet(walletId)} and sequence <= ${upTo}::bigint and not exists (
  select from wallets.wallet_events e
  where e.lane_key = o.lane_key and e.wallet_id = o.wallet_id and e.sequence = o.sequence
    and position('"id":"' || o.id || '"' in e.data) > 0
    and e.type not in ('authorization.approved', 'authorization.declined', 'transfer.received')
    and o.id::text is distinct from e.data::json -> 'authorization' ->> 'id'
)
order by sequence limit 20`,
  );

export const authorizationPage = (
  walletId: string,
  after: { readonly createdAt: string; readonly id: string } | null,
  limit: number,
): Statement =>
  statement(
    "verify.authorizations",
    sql`select ${sql.raw(authorizationColumns)}, lane_key, updated_at from wallets.authorizations
where ${ofWallet(walletId)}
  ${after ? sql`and (created_at, id) > (${after.createdAt}::text::timestamptz, ${after.id}::uuid)` : sql``}
order by created_at, id limit ${limit}::int`,
  );

/** In one snapshot: what lies behind the version that the wallet has then. */
export const totals = (walletId: string, version: number): Statement =>
  statement(
    "verify.totals",
    sql`select
  (select version from wallets.wallets where id = ${walletId}::uuid) as version,
  (select coalesce(max(sequence), 0) from wallets.wallet_events
    where ${ofWallet(walletId)}) as last_event,
  (select coalesce(max(sequence), 0) from wallets.postings
    where ${ofWallet(walletId)}) as last_posting,
  (select count(*) from wallets.operations
    where ${ofWallet(walletId)} and sequence <= ${version}::bigint) as operations`,
  );
