import { type SQL, sql } from "drizzle-orm";
import type { VerifyFilter } from "../../../domain/wallets/verify/ports.ts";
import type { Statement } from "../../database.ts";
import { statement } from "../../statement.ts";

/** Tables without foreign keys, with the columns that name a row of theirs. */
const tables = [
  { name: "wallet_events", sequence: "sequence", row: "null::text" },
  { name: "postings", sequence: "sequence", row: "sequence || '.' || ordinal" },
  { name: "authorizations", sequence: "sequence", row: "id::text" },
  { name: "operations", sequence: "sequence", row: "id::text" },
  { name: "cards", sequence: "null::bigint", row: "id::text" },
] as const;

/**
 * Rows whose wallet is not there, or is not of their organization, or not in their lane:
 * one a table and wallet, the first.
 */
export const orphans = (filter: VerifyFilter): Statement =>
  statement(
    "verify.orphans",
    sql`${sql.join(
      tables.map((table) => orphansOf(table, filter)),
      sql`
union all
`,
    )}`,
  );

const orphansOf = (
  { name, sequence, row }: (typeof tables)[number],
  { organizationId, walletId }: VerifyFilter,
): SQL => sql`(select distinct on (x.organization_id, x.wallet_id) ${name}::text as table_name,
  x.organization_id, x.wallet_id, ${sql.raw(sequence)} as sequence, ${sql.raw(row)} as row_id
from ${sql.raw(`wallets.${name}`)} x
where not exists (
  select from wallets.wallets w
  where w.id = x.wallet_id and w.lane_key = x.lane_key and w.organization_id = x.organization_id
)
${organizationId === undefined ? sql`` : sql`and x.organization_id = ${organizationId}::uuid`}
${walletId === undefined ? sql`` : sql`and x.wallet_id = ${walletId}::uuid`}
order by x.organization_id, x.wallet_id, 4, 5 limit 100)`;

/** Each organization's sums, of one moment. */
export const trialBalances = (organizationId: string | undefined): Statement => {
  const where =
    organizationId === undefined ? sql`` : sql`where organization_id = ${organizationId}::uuid`;
  return statement(
    "verify.trial_balances",
    sql`with sums as (
  select organization_id, currency, debit, credit, sum(amount) as amount
  from wallets.postings ${where} group by 1, 2, 3, 4
), journal as (
  select organization_id, currency,
    sum(amount) filter (where credit in ('external', 'network', 'clearing')) as credits,
    sum(amount) filter (where debit in ('external', 'network', 'clearing')) as debits,
    sum(amount) filter (where credit = 'clearing') as cleared_in,
    sum(amount) filter (where debit = 'clearing') as cleared_out
  from sums group by 1, 2
), balances as (
  select organization_id, currency, sum(available) + sum(held) - sum(receivable) as amount
  from wallets.wallets ${where} group by 1, 2
)
select organization_id, currency,
  coalesce(j.credits, 0) - coalesce(j.debits, 0) as others,
  coalesce(j.cleared_in, 0) - coalesce(j.cleared_out, 0) as clearing,
  coalesce(b.amount, 0) as wallets
from journal j full join balances b using (organization_id, currency)
order by 1, 2`,
  );
};
