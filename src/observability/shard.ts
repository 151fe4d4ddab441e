import { foldable, mergeSnapshots, type Snapshot } from "./snapshot.ts";

/** What one isolate has counted since its epoch began. */
export interface Report {
  /** One life of one isolate's registry; never used again. */
  readonly epoch: string;
  /** When that life began, by the isolate's clock, in milliseconds since the epoch. */
  readonly bornAt: number;
  /** Goes up with every report of the epoch. */
  readonly sequence: number;
  /** Nothing was counted since the report before; the next comes when something is. */
  readonly settled: boolean;
  readonly snapshot: Snapshot;
}

export interface Receipt {
  /** `known`: that or a newer one was there. `retired`: the epoch is closed; go on under a new one. */
  readonly kind: "taken" | "known" | "retired";
  /** The newest report of the epoch that counts; 0 if its tombstone is gone. */
  readonly sequence: number;
}

export interface StoredEpoch extends Omit<Report, "bornAt"> {
  /** By the shard's clock, in milliseconds since the epoch. */
  readonly seenAt: number;
}

/** Where a shard survives its own end. */
export interface ShardStorage {
  epochs(): Iterable<StoredEpoch>;
  /** What retired epochs had counted. */
  folded(): Snapshot;
  /** The last sequence of an epoch that is closed, as long as that is remembered. */
  tombstone(epoch: string): number | undefined;
  put(epoch: StoredEpoch): void;
  /** Replaces epochs by what they add to `folded`, and remembers that they are closed. */
  retire(epochs: readonly StoredEpoch[], folded: Snapshot, at: number): void;
  /** Forgets what was closed before then. */
  forgetTombstones(before: number): void;
}

/** An isolate that is settled may be idle; after this long it is taken for gone. */
const settledForMs = 600_000;

/** One that is not reports each second; after this long without a report it is. */
const silentForMs = 60_000;

const dayMs = 86_400_000;

/** An epoch that is not known and is older than this was closed, and its tombstone deleted. */
const horizonMs = 30 * dayMs;

/** Longer than the horizon by more than any clock is off: who has no tombstone is beyond it. */
const tombstonesForMs = horizonMs + dayMs;

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

  receive({ bornAt, ...report }: Report, now: number): Receipt {
    const known = this.#epochs.get(report.epoch);
    if (!known) {
      const closedWith = this.#storage.tombstone(report.epoch);
      if (closedWith !== undefined) return { kind: "retired", sequence: closedWith };
      if (bornAt < now - horizonMs) return { kind: "retired", sequence: 0 };
      // Isolates come and go also where nobody scrapes.
      this.#retire(now);
    } else if (known.sequence >= report.sequence) {
      return { kind: "known", sequence: known.sequence };
    }
    const stored = { ...report, seenAt: now };
    this.#storage.put(stored);
    this.#epochs.set(report.epoch, stored);
    return { kind: "taken", sequence: report.sequence };
  }

  total(now: number): Snapshot {
    this.#retire(now);
    const epochs = [...this.#epochs.values()];
    const live = epochs.filter(({ seenAt }) => now - seenAt <= silentForMs);
    const counting = epochs.filter(({ settled }) => !settled);
    const oldest = Math.max(0, ...counting.map(({ seenAt }) => now - seenAt));
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
          help: "Age of the oldest report among isolates that count: what they counted since is missing.",
          unit: "seconds",
          type: "gauge",
          merge: "max",
          series: [{ labels: [], value: oldest / 1_000 }],
        },
      ],
    ]);
  }

  #retire(now: number): void {
    const gone = [...this.#epochs.values()].filter(
      ({ seenAt, settled }) => now - seenAt > (settled ? settledForMs : silentForMs),
    );
    if (gone.length === 0) return;
    const folded = mergeSnapshots([
      this.#folded,
      ...gone.map(({ snapshot }) => foldable(snapshot)),
    ]);
    this.#storage.retire(gone, folded, now);
    this.#storage.forgetTombstones(now - tombstonesForMs);
    this.#folded = folded;
    for (const { epoch } of gone) this.#epochs.delete(epoch);
  }
}
