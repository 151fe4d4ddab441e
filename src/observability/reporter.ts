import type { Receipt, Report } from "./shard.ts";
import { type Snapshot, subtractSnapshot } from "./snapshot.ts";

export interface ReporterPorts {
  readonly snapshot: () => Snapshot;
  readonly send: (report: Report) => Promise<Receipt>;
  /** A name that no other epoch has. */
  readonly newEpoch: () => string;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** How long what was counted may stay unsaid. */
const everyMs = 1_000;

/** A flush that has not ended after this long belonged to a request that is gone. */
const deadAfterMs = 10_000;

/**
 * Tells the shard what this isolate has counted, about once a second while it counts.
 * Nothing of it is in a request's way: whoever counted hands `touched()` to `waitUntil`.
 */
export class Reporter {
  readonly #ports: ReporterPorts;
  #epoch: string;
  #sequence = 0;
  /** What epochs before this one have said. */
  #baseline: Snapshot = [];
  /** The registry as it was when the last report was taken. */
  #taken: Snapshot = [];
  #flushDueAt = 0;

  constructor(ports: ReporterPorts) {
    this.#ports = ports;
    this.#epoch = ports.newEpoch();
  }

  /** Something was counted: a report follows within a second. `undefined` if one is on its way. */
  touched(): Promise<void> | undefined {
    const now = this.#ports.now();
    if (this.#flushDueAt > 0 && now < this.#flushDueAt + deadAfterMs) return undefined;
    this.#flushDueAt = now + everyMs;
    return this.#ports.sleep(everyMs).then(() => {
      // Before the snapshot: what is counted from here on asks for the next report.
      this.#flushDueAt = 0;
      return this.flush();
    });
  }

  async flush(): Promise<void> {
    const counted = this.#ports.snapshot();
    this.#sequence += 1;
    const epoch = this.#epoch;
    const receipt = await this.#ports.send({
      epoch,
      sequence: this.#sequence,
      snapshot: subtractSnapshot(counted, this.#baseline),
    });
    // Another flush may have begun a new epoch meanwhile.
    if (this.#epoch !== epoch) return;
    if (receipt === "taken") this.#taken = counted;
    if (receipt === "retired") await this.#goOn();
  }

  /** The epoch was closed with what it had said last; the rest is said under a new one. */
  async #goOn(): Promise<void> {
    this.#epoch = this.#ports.newEpoch();
    this.#sequence = 0;
    this.#baseline = this.#taken;
    await this.flush();
  }
}
