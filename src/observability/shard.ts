import { foldable, mergeSnapshots, type Snapshot } from "./snapshot.ts";

/** What one isolate has counted since its epoch began. */
export interface Report {
  /** One life of one isolate's registry; never used again. */
  readonly epoch: string;
  /** Goes up with every report of the epoch. */
  readonly sequence: number;
  readonly snapshot: Snapshot;
}

/** `retired`: this epoch is closed; go on under a new one, from what was taken last. */
export type Receipt = "taken" | "known" | "retired";

export interface StoredEpoch extends Report {
  /** Epoch milliseconds. */
  readonly seenAt: number;
}

/** Where a shard survives its own end. */
export interface ShardStorage {
  epochs(): Iterable<StoredEpoch>;
  /** What retired epochs had counted. */
  folded(): Snapshot;
  isRetired(epoch: string): boolean;
  put(epoch: StoredEpoch): void;
  /** Replaces epochs by what they add to `folded`, and remembers that they are closed. */
  retire(epochs: readonly string[], folded: Snapshot, at: number): void;
}

/** An isolate that has said nothing for this long is taken for gone. */
const retireAfterMs = 600_000;

/** Whose last report is younger than this may have counted more since. */
const liveMs = 60_000;

/**
 * One truth of what many isolates counted. Reports are totals, and the newest of an epoch
 * replaces the one before: a report that comes twice or late changes nothing. What gone
 * isolates had counted is folded into one snapshot, so that neither the store nor a scrape
 * grows with how many there have been.
 */
export class MetricsShard {
  readonly #storage: ShardStorage;
  readonly #epochs: Map<string, StoredEpoch>;
  #folded: Snapshot;

  constructor(storage: ShardStorage) {
    this.#storage = storage;
    this.#epochs = new Map([...storage.epochs()].map((stored) => [stored.epoch, stored]));
    this.#folded = storage.folded();
  }

  receive(report: Report, now: number): Receipt {
    const known = this.#epochs.get(report.epoch);
    if (!known && this.#storage.isRetired(report.epoch)) return "retired";
    if (known && known.sequence >= report.sequence) return "known";
    const stored = { ...report, seenAt: now };
    this.#storage.put(stored);
    this.#epochs.set(report.epoch, stored);
    return "taken";
  }

  total(now: number): Snapshot {
    this.#retire(now);
    const epochs = [...this.#epochs.values()];
    const live = epochs.filter(({ seenAt }) => now - seenAt < liveMs);
    const oldest = Math.max(0, ...live.map(({ seenAt }) => now - seenAt));
    return mergeSnapshots([
      this.#folded,
      ...epochs.map(({ snapshot }) => snapshot),
      [
        {
          name: "purser_metrics_isolates",
          help: "Isolates that reported within the last minute.",
          type: "gauge",
          series: [{ labels: [], value: live.length }],
        },
        {
          name: "purser_metrics_snapshot_age_seconds",
          help: "Age of the oldest report among those isolates: what they counted since is missing.",
          unit: "seconds",
          type: "gauge",
          merge: "max",
          series: [{ labels: [], value: oldest / 1_000 }],
        },
      ],
    ]);
  }

  #retire(now: number): void {
    const gone = [...this.#epochs.values()].filter(({ seenAt }) => now - seenAt > retireAfterMs);
    if (gone.length === 0) return;
    const folded = mergeSnapshots([
      this.#folded,
      ...gone.map(({ snapshot }) => foldable(snapshot)),
    ]);
    const names = gone.map(({ epoch }) => epoch);
    this.#storage.retire(names, folded, now);
    this.#folded = folded;
    for (const epoch of names) this.#epochs.delete(epoch);
  }
}
