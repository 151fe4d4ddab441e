import type { Database } from "../../src/db/database.ts";
import { createMetrics, type Metrics } from "../../src/observability/metrics.ts";
import { MetricsShard } from "../../src/observability/shard.ts";
import type { Snapshot } from "../../src/observability/snapshot.ts";
import { withBooks } from "../../src/runtime/books-metrics.ts";
import { withReplicaLag } from "../../src/runtime/replica.ts";
import { scrapeOf } from "../../src/runtime/services/inspection.ts";
import type { Inspection } from "../../src/runtime/services/verbs.ts";

/** What verify-textfile.sh writes for node_exporter. */
export const textfileMetrics = [
  "purser_verify_last_success_timestamp_seconds",
  "purser_verify_findings",
] as const;

/** Every family that Purser exposes, with a sample of each. */
export const everyFamily = async (now: () => number = Date.now): Promise<Snapshot> => {
  const metrics = createMetrics({ version: "1.2.3", runtime: "node" }, now);
  for (const family of Object.values(metrics)) touch(family);
  const shard = new MetricsShard({
    epochs: () => [],
    folded: () => [],
    tombstone: () => undefined,
    put: () => {},
    retire: () => {},
    forgetTombstones: () => {},
  }).total(0);
  const books = await withBooks(emptyBooks, async () => [], now)();
  if (books.length === 0) throw new Error("the books' metrics are not there");
  const database = { primary: emptyReplica, replica: emptyReplica };
  const replica = await withReplicaLag(database, async () => [], now)();
  if (replica.length === 0) throw new Error("the replica's metrics are not there");
  const services = await scrapeOf(async () => [], { wallets: silent })();
  const families = [...metrics.snapshot(), ...shard, ...books, ...replica, ...services];
  const empty = families.filter(({ series }) => series.length === 0);
  if (empty.length > 0) throw new Error(`no sample of ${empty.map(({ name }) => name)}`);
  return families;
};

/** A service that has counted nothing. */
const silent: Inspection = {
  readiness: async () => ({ database: true, migrations: true }),
  scrape: async () => [],
};

const touch = (family: Metrics[keyof Metrics]): void => {
  if ("inc" in family) family.inc(anyLabels, 3, exemplar);
  if ("set" in family) family.set(anyLabels, 2.5);
  if ("observe" in family) for (const value of observed) family.observe(anyLabels, value, exemplar);
};

/** Has every label that a family asks for, so that this need not name them. */
const anyLabels = new Proxy({}, { get: () => "any" }) as never;

const exemplar = { request_id: "0123456789abcdef", trace_id: "4bf92f3577b34da6a3ce929d0e0e4736" };

/** In the first bucket, in the middle, on a bound and beyond all of them. */
const observed = [0.0005, 0.3, 1, 1_000];

/** The names of all samples that Purser exposes, as a query has to spell them. */
export const sampleNames = async (): Promise<ReadonlySet<string>> =>
  new Set([...namesOf(await everyFamily()), ...textfileMetrics]);

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
      receivables: [{ currency: "EUR", amount: 1 }],
      feed_lag: 0,
      oldest_transaction: 0,
    },
  ],
  batch: async () => [],
};

/** Answers what it is asked as a primary, and as a replica of it. */
const emptyReplica: Database = {
  run: async () => [{ lsn: "0/0", seconds: 0 }],
  batch: async () => [],
};
