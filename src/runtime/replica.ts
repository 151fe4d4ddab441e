import type { Database } from "../db/database.ts";
import { primaryReader, type Reader } from "../db/reader.ts";
import { createCircuit } from "../db/replica/circuit.ts";
import { readLag } from "../db/replica/lag.ts";
import { replicaReader } from "../db/replica/reader.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import { gauge } from "../observability/registry.ts";
import type { Snapshot } from "../observability/snapshot.ts";

export interface ReplicaPorts {
  readonly primary: Database;
  /** `undefined` where none is configured: then the primary answers everything. */
  readonly replica: Database | undefined;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Where lists are read. What it remembers of the replica's failures is this isolate's own. */
export const createReader = ({ primary, replica, metrics, logger }: ReplicaPorts): Reader => {
  if (!replica) return primaryReader(primary);
  const circuit = createCircuit({
    now: () => performance.now(),
    random: Math.random,
    onChange: (state) => {
      if (state === "open") logger.log("warn", { event: "replica_avoided" });
      else logger.log("info", { event: "replica_back" });
    },
  });
  const observe = (outcome: string): void => metrics.replicaReads.inc({ outcome });
  return replicaReader({ primary, replica, circuit, observe });
};

/** Scrapers come often, and the lag is the same for all of them. */
const readEveryMs = 15_000;

/** Adds to what is scraped how far the replica is behind; it is missing while that is not known. */
export const withReplicaLag = (
  { primary, replica }: Pick<ReplicaPorts, "primary" | "replica">,
  scrape: () => Promise<Snapshot>,
  now: () => number,
): (() => Promise<Snapshot>) => {
  if (!replica) return scrape;
  let readAt = Number.NEGATIVE_INFINITY;
  let lag: Snapshot = [];
  return async () => {
    if (now() - readAt >= readEveryMs) {
      readAt = now();
      lag = await readLag(primary, replica).then(lagSnapshot, () => []);
    }
    return [...(await scrape()), ...lag];
  };
};

const lagSnapshot = (seconds: number | null): Snapshot => {
  if (seconds === null) return [];
  const family = gauge({
    name: "purser_replica_lag_seconds",
    unit: "seconds",
    help: "Age of the newest transaction that the replica has, while the primary has newer ones.",
    labels: {},
    merge: "max",
  });
  family.set({}, seconds);
  return [family.snapshot()];
};
