import * as z from "zod";
import { safeInteger } from "../columns.ts";
import type { Database } from "../database.ts";

/** How the books stand, over all organizations: what an operator watches. */
export interface Books {
  /** Holds that are open; counted up to `mostCounted`. */
  readonly holdsOpen: number;
  /** How long the oldest hold that is due waits to be released; 0 if none is. */
  readonly holdsOverdueSeconds: number;
  /** Wallets that owe money; counted up to `mostCounted`. */
  readonly walletsOwing: number;
  /** Minor units that those wallets owe, by currency. */
  readonly receivables: readonly { readonly currency: string; readonly amountMinor: number }[];
  /** Age of the oldest open transaction, which holds back the event feed. */
  readonly feedLagSeconds: number;
  /** Age of the oldest open transaction of any kind: dead rows that it may see stay. */
  readonly oldestTransactionSeconds: number;
}

/** A number to watch need not be exact where it is large, and counting it must stay cheap. */
const mostCounted = 100_000;

export const readBooks = async (database: Database): Promise<Books> => {
  const [row] = await database.run(
    { name: "wallets.books", text: booksText, params: [] },
    { timeoutMs: 2_000 },
  );
  return books.parse(row);
};

const booksText = `select
  (select count(*) from (select 1 from wallets.authorizations where status = 'open'
    limit ${mostCounted}) as open) as holds_open,
  (select greatest(0, coalesce(extract(epoch from now() - min(expires_at)), 0))::float8
    from wallets.authorizations where status = 'open' and expires_at <= now()) as holds_overdue,
  (select count(*) from (select 1 from wallets.wallets where receivable > 0
    limit ${mostCounted}) as owing) as wallets_owing,
  (select coalesce(json_agg(json_build_object('currency', currency, 'amount', amount)), '[]')
    from (select currency, least(sum(receivable), 9007199254740991)::bigint as amount
      from (select currency, receivable from wallets.wallets where receivable > 0
        limit ${mostCounted}) as owing
      group by currency order by currency) as owed) as receivables,
  (select greatest(0, coalesce(extract(epoch from now() - min(xact_start)), 0))::float8
    from pg_stat_activity where backend_xid is not null) as feed_lag,
  (select greatest(0, coalesce(extract(epoch from now() - min(xact_start)), 0))::float8
    from pg_stat_activity where backend_type = 'client backend') as oldest_transaction`;

const books = z
  .object({
    holds_open: safeInteger,
    holds_overdue: z.number(),
    wallets_owing: safeInteger,
    receivables: z.array(z.object({ currency: z.string(), amount: z.int() })),
    feed_lag: z.number(),
    oldest_transaction: z.number(),
  })
  .transform(
    (row): Books => ({
      holdsOpen: row.holds_open,
      holdsOverdueSeconds: row.holds_overdue,
      walletsOwing: row.wallets_owing,
      receivables: row.receivables.map(({ currency, amount }) => ({
        currency,
        amountMinor: amount,
      })),
      feedLagSeconds: row.feed_lag,
      oldestTransactionSeconds: row.oldest_transaction,
    }),
  );
