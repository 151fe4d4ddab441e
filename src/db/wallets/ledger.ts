import { sql } from "drizzle-orm";
import * as z from "zod";
import { laneKeyOf } from "../../domain/ids.ts";
import { accounts } from "../../domain/wallets/model/posting.ts";
import type { BalanceRecord, LedgerAccount } from "../../domain/wallets/ports.ts";
import { instant, safeInteger } from "../columns.ts";
import type { Row, Statement } from "../database.ts";
import { statement } from "../statement.ts";

/** The last posting recorded by then, by the index that is in that order. */
export const balanceAt = (organizationId: string, walletId: string, at: string): Statement =>
  statement(
    "wallets.balance_at",
    sql`select w.currency, p.available_after, p.held_after, p.receivable_after
from wallets.wallets w
left join lateral (
  select available_after, held_after, receivable_after from wallets.postings
  where lane_key = ${laneKeyOf(walletId)}::int and wallet_id = w.id
    and recorded_at <= ${at}::text::timestamptz
  order by recorded_at desc, sequence desc, ordinal desc limit 1
) p on true
where w.organization_id = ${organizationId}::uuid and w.id = ${walletId}::uuid
  and w.deleted_at is null`,
  );

const balance = z.object({
  currency: z.string(),
  available_after: safeInteger.nullable(),
  held_after: safeInteger.nullable(),
  receivable_after: safeInteger.nullable(),
});

export const balanceOf = (row: Row, walletId: string, at: string): BalanceRecord => {
  const found = balance.parse(row);
  return {
    walletId,
    currency: found.currency,
    available: found.available_after ?? 0,
    held: found.held_after ?? 0,
    receivable: found.receivable_after ?? 0,
    at,
  };
};

/**
 * What each account was debited and credited, by currency. The journal is read wallet by
 * wallet, so that no other organization's rows are touched.
 */
export const ledgerAccounts = (organizationId: string): Statement =>
  statement(
    "wallets.ledger_accounts",
    sql`with sums as (
  select p.currency, p.debit, p.credit, sum(p.amount) as amount
  from wallets.wallets w
  join wallets.postings p on p.lane_key = w.lane_key and p.wallet_id = w.id
  where w.organization_id = ${organizationId}::uuid
  group by 1, 2, 3
), sides as (
  select currency, debit as account, amount as debits, 0 as credits from sums
  union all
  select currency, credit, 0, amount from sums
)
select account, currency, sum(debits)::text as debits, sum(credits)::text as credits
from sides group by 1, 2 order by 2, 1`,
  );

const ledgerAccount = z.object({
  account: z.enum(accounts),
  currency: z.string(),
  debits: z.string(),
  credits: z.string(),
});

export const ledgerAccountOf = (row: Row): LedgerAccount => ledgerAccount.parse(row);

/** Holds that are due, oldest first, from a place on: a page of the sweep. */
export const dueHolds = (
  now: string,
  after: { readonly expiresAt: string; readonly id: string } | null,
  limit: number,
): Statement =>
  statement(
    "wallets.due_holds",
    sql`select id, organization_id, expires_at from wallets.authorizations
where status = 'open' and expires_at <= ${now}::text::timestamptz
  ${after ? sql`and (expires_at, id) > (${after.expiresAt}::text::timestamptz, ${after.id}::uuid)` : sql``}
order by expires_at, id limit ${limit}::int`,
  );

const dueHold = z
  .object({ id: z.string(), organization_id: z.string(), expires_at: instant })
  .transform((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    expiresAt: row.expires_at,
  }));

export const dueHoldOf = (row: Row) => dueHold.parse(row);
