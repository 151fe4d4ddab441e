import type { Database } from "../../src/db/database.ts";
import { createMetrics } from "../../src/observability/metrics.ts";
import { MetricsShard } from "../../src/observability/shard.ts";
import type { Snapshot } from "../../src/observability/snapshot.ts";
import { withBooks } from "../../src/runtime/books-metrics.ts";

/** What verify-textfile.sh writes for node_exporter. */
export const textfileMetrics = [
  "purser_verify_last_success_timestamp_seconds",
  "purser_verify_findings",
] as const;

/** The names of all samples that Purser exposes, as a query has to spell them. */
export const sampleNames = async (): Promise<ReadonlySet<string>> => {
  const own = createMetrics({ version: "1", runtime: "node" }).snapshot();
  const shard = new MetricsShard({
    epochs: () => [],
    folded: () => [],
    tombstone: () => undefined,
    put: () => {},
    retire: () => {},
    forgetTombstones: () => {},
  }).total(0);
  const books = await withBooks(emptyBooks, async () => [], Date.now)();
  if (books.length === 0) throw new Error("the books' metrics are not there");
  return new Set([...[own, shard, books].flatMap(namesOf), ...textfileMetrics]);
};

const namesOf = (snapshot: Snapshot): string[] =>
  snapshot.flatMap(({ name, type }) => suffixes[type].map((suffix) => `${name}${suffix}`));

const suffixes = {
  counter: ["_total"],
  gauge: [""],
  histogram: ["_bucket", "_count", "_sum"],
} as const;

/** Only the names of the metrics are asked for, so the numbers do not matter. */
const emptyBooks: Database = {
  run: async () => [
    {
      holds_open: "0",
      holds_overdue: 0,
      wallets_owing: "0",
      receivables: [],
      feed_lag: 0,
      oldest_transaction: 0,
    },
  ],
  batch: async () => [],
};
