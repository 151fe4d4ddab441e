import type { Database } from "../db/database.ts";
import { type Books, readBooks } from "../db/wallets/books.ts";
import { gauge } from "../observability/registry.ts";
import type { Snapshot } from "../observability/snapshot.ts";

/** Scrapers come often, and the books are the same for all of them. */
const readEveryMs = 15_000;

/**
 * Adds how the books stand to what is scraped. They are read from the database when
 * somebody scrapes, so they are right however many processes and isolates there are; if
 * they cannot be read they are missing, rather than old.
 */
export const withBooks = (
  database: Database,
  scrape: () => Promise<Snapshot>,
  now: () => number,
): (() => Promise<Snapshot>) => {
  let readAt = Number.NEGATIVE_INFINITY;
  let books: Snapshot = [];
  return async () => {
    if (now() - readAt >= readEveryMs) {
      readAt = now();
      books = await readBooks(database).then(snapshotOf, () => []);
    }
    return [...(await scrape()), ...books];
  };
};

const snapshotOf = (books: Books): Snapshot => {
  const value = (name: string, help: string, number: number) => {
    const unit = name.endsWith("_seconds") ? { unit: "seconds" } : {};
    const family = gauge({ name, help, labels: {}, ...unit });
    family.set({}, number);
    return family.snapshot();
  };
  const receivables = gauge({
    name: "purser_receivables",
    help: "Minor units that wallets owe, by currency; of up to 100,000 wallets.",
    labels: { currency: 200 },
  });
  for (const { currency, amountMinor } of books.receivables) {
    receivables.set({ currency }, amountMinor);
  }
  return [
    value("purser_holds_open", "Holds that are open, counted up to 100,000.", books.holdsOpen),
    value(
      "purser_holds_overdue_seconds",
      "How long the oldest hold that is due waits to be released.",
      books.holdsOverdueSeconds,
    ),
    value(
      "purser_wallets_owing",
      "Wallets that owe money, counted up to 100,000.",
      books.walletsOwing,
    ),
    receivables.snapshot(),
    value(
      "purser_feed_lag_seconds",
      "Age of the oldest open transaction that writes, which holds back the event feed.",
      books.feedLagSeconds,
    ),
    value(
      "purser_oldest_transaction_seconds",
      "Age of the oldest open transaction, be it one that only reads.",
      books.oldestTransactionSeconds,
    ),
  ];
};
