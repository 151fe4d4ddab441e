import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { laneKeyOf } from "../../domain/ids.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { accounts, postingKinds } from "../../domain/wallets/model/posting.ts";
import type { TransactionRecord } from "../../domain/wallets/model/transaction.ts";
import type { TransactionFilters, TransactionSort } from "../../domain/wallets/ports.ts";
import { instant, safeInteger } from "../columns.ts";
import type { Row, Statement } from "../database.ts";
import { statement } from "../statement.ts";

/**
 * A page of a wallet's journal in the order of its log, which is the primary key. A row
 * without a sequence tells an existing wallet with an empty page from no wallet.
 */
export const listTransactions = (
  organizationId: string,
  walletId: string,
  page: PageRequest<TransactionSort>,
  { kind, cardId, from, to }: TransactionFilters,
): Statement => {
  const direction = page.sort === "asc" ? sql`asc` : sql`desc`;
  const beyond = page.sort === "asc" ? sql`>` : sql`<`;
  const after = page.after
    ? sql`and (sequence, ordinal) ${beyond} (${lineOf(page.after.value).sequence}::bigint, ${lineOf(page.after.value).ordinal}::int)`
    : sql``;
  const filters = [
    ...(kind === undefined ? [] : [sql`and kind = ${kind}`]),
    ...(cardId === undefined ? [] : [sql`and card_id = ${cardId}::uuid`]),
    ...(from === undefined ? [] : [sql`and sequence >= ${firstSince(walletId, from)}`]),
    ...(to === undefined ? [] : [sql`and sequence < ${firstSince(walletId, to)}`]),
  ];
  return statement(
    "wallets.list_transactions",
    sql`select p.* from wallets.wallets w
left join lateral (
  select wallet_id, sequence, ordinal, kind, debit, credit, amount, currency, source_id, card_id,
    reference, available_after, held_after, receivable_after, effective_at, recorded_at
  from wallets.postings
  where lane_key = ${laneKeyOf(walletId)}::int and wallet_id = w.id
    and organization_id = ${organizationId}::uuid ${after}
    ${sql.join(filters, sql` `)}
  order by sequence ${direction}, ordinal ${direction}
  limit ${page.limit + 1}::int offset ${page.skip}::int
) p on true
where w.organization_id = ${organizationId}::uuid and w.id = ${walletId}::uuid
  and w.deleted_at is null
order by p.sequence ${direction}, p.ordinal ${direction}`,
  );
};

/**
 * The sequence of the first posting recorded at or after a time, past all if there is none.
 * Times and sequences have one order in a wallet, so a stretch of time is one of the log,
 * and no line outside of it is read.
 */
const firstSince = (walletId: string, time: string): SQL =>
  sql`coalesce((select sequence from wallets.postings
      where lane_key = ${laneKeyOf(walletId)}::int and wallet_id = ${walletId}::uuid
        and recorded_at >= ${time}::text::timestamptz
      order by recorded_at, sequence limit 1), ${Number.MAX_SAFE_INTEGER}::bigint)`;

/** A line's place as one whole number; an event books far fewer than a thousand postings. */
const positionOf = (line: { sequence: number; ordinal: number }): string =>
  String(BigInt(line.sequence) * 1_000n + BigInt(line.ordinal));

const lineOf = (position: string) => ({
  sequence: BigInt(position) / 1_000n,
  ordinal: BigInt(position) % 1_000n,
});

export const transactionsOf = (
  rows: readonly Row[],
  limit: number,
): Page<TransactionRecord> | null => {
  if (rows.length === 0) return null;
  const found = rows.filter(({ sequence }) => sequence !== null);
  const lines = found.slice(0, limit).map((row) => parsed.parse(row));
  const items = lines.map(transactionOf);
  const last = lines.at(-1);
  const next =
    found.length > limit && last ? { value: positionOf(last), id: last.source_id } : null;
  return { items, next };
};

const account = z.enum(accounts);

const parsed = z.object({
  wallet_id: z.string(),
  sequence: safeInteger,
  ordinal: z.int(),
  kind: z.enum(postingKinds),
  debit: account,
  credit: account,
  amount: safeInteger,
  currency: z.string(),
  source_id: z.string(),
  card_id: z.string().nullable(),
  reference: z.string().nullable(),
  available_after: safeInteger,
  held_after: safeInteger,
  receivable_after: safeInteger,
  effective_at: instant,
  recorded_at: instant,
});

const transactionOf = (row: z.output<typeof parsed>): TransactionRecord => ({
  id: `${row.sequence}.${row.ordinal}`,
  walletId: row.wallet_id,
  sequence: row.sequence,
  kind: row.kind,
  debit: row.debit,
  credit: row.credit,
  amount: row.amount,
  currency: row.currency,
  sourceId: row.source_id,
  cardId: row.card_id,
  reference: row.reference,
  available: row.available_after,
  held: row.held_after,
  receivable: row.receivable_after,
  effectiveAt: row.effective_at,
  createdAt: row.recorded_at,
});
