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

/** How long what was counted may stay unsaid, but for the first after a silence: that is said at once. */
const everyMs = 1_000;

/** A request keeps the reports going for this long; then, or if it is gone, the next one does. */
const hostForMs = 5_000;

/** Reports without a receipt that are remembered; with so many, the last of them is repeated. */
const mostInDoubt = 4;

/** What the registry held when a report was taken from it. */
interface Taken {
  readonly registry: Snapshot;
  readonly counted: number;
}

/**
 * Tells the shard what this isolate has counted: at once when it has said that it was
 * settled, then once a second while it counts, and when a second brought nothing, that it is
 * settled again. So whoever is not settled is missed within a second of its end.
 * Nothing of it is in a request's way: whoever counted hands `touched()` to `waitUntil`.
 */
export class Reporter {
  readonly #ports: ReporterPorts;
  #epoch = "";
  #bornAt = 0;
  #sequence = 0;
  /** What epochs before this one have said. */
  #baseline: Snapshot = [];
  /**
   * Of this epoch, by sequence: the newest report that the shard is known to have (0 is the
   * epoch's beginning), and those after it, which it may have or not.
   */
  readonly #taken = new Map<number, Taken>();
  /** How often something was counted, and how much of that the shard is known to have. */
  #counted = 1;
  #said = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  /** Whose request keeps the reports going. */
  #host: { readonly until: number } | undefined;

  constructor(ports: ReporterPorts) {
    this.#ports = ports;
    this.#begin({ registry: [], counted: 0 });
  }

  /** Something was counted, and is reported. `undefined` if a request before sees to that. */
  touched(): Promise<void> | undefined {
    this.#counted += 1;
    const now = this.#ports.now();
    if (this.#host && now < this.#host.until) return undefined;
    const pause = this.#host ? Math.max(0, this.#sentAt + everyMs - now) : 0;
    this.#host = { until: now + hostForMs };
    return this.#keepReporting(this.#host, pause);
  }

  /** Says what is not said yet. */
  async flush(): Promise<void> {
    if (this.#counted > this.#said) await this.#report();
  }

  async #keepReporting(host: { readonly until: number }, pause: number): Promise<void> {
    // Even without a pause: the answer goes first.
    await this.#ports.sleep(pause);
    while (this.#host === host) {
      const settling = this.#counted === this.#said;
      // Before it is sent: what is counted from here on is news again.
      if (settling) this.#host = undefined;
      const arrived = await this.#report().then(
        () => true,
        () => false,
      );
      if (settling && arrived) return;
      if (settling) this.#host ??= host;
      // It is said with the next report: that one is a total, too.
      if (!arrived && this.#ports.now() >= host.until) break;
      await this.#ports.sleep(everyMs);
    }
    if (this.#host === host) this.#host = undefined;
  }

  async #report(mayBeginAgain = true): Promise<void> {
    const repeats = this.#taken.size > mostInDoubt;
    if (!repeats) {
      this.#sequence += 1;
      const taken = { registry: this.#ports.snapshot(), counted: this.#counted };
      this.#taken.set(this.#sequence, taken);
    }
    const [epoch, sequence] = [this.#epoch, this.#sequence];
    const { registry } = this.#taken.get(sequence) as Taken;
    this.#sentAt = this.#ports.now();
    const receipt = await this.#ports.send({
      epoch,
      bornAt: this.#bornAt,
      sequence,
      settled: this.#counted === this.#said,
      snapshot: subtractSnapshot(registry, this.#baseline),
    });
    // Another report found the epoch closed meanwhile.
    if (this.#epoch !== epoch) return this.#report(mayBeginAgain);
    if (receipt.kind !== "retired") {
      this.#acknowledge(receipt.sequence);
      if (repeats) await this.#report(mayBeginAgain);
      return;
    }
    if (!mayBeginAgain) throw new Error("a new epoch was refused");
    // The epoch counts as far as it was taken; the rest is said under a new one. After a month
    // the shard does not know how far: a report from then without a receipt may count twice.
    const [known] = this.#taken.values();
    this.#begin(this.#taken.get(receipt.sequence) ?? (known as Taken));
    await this.#report(false);
  }

  #acknowledge(sequence: number): void {
    const taken = this.#taken.get(sequence);
    // An older receipt that comes late.
    if (!taken) return;
    this.#said = taken.counted;
    for (const earlier of this.#taken.keys()) if (earlier < sequence) this.#taken.delete(earlier);
  }

  #begin(said: Taken): void {
    this.#epoch = this.#ports.newEpoch();
    this.#bornAt = this.#ports.now();
    this.#sequence = 0;
    this.#baseline = said.registry;
    this.#said = said.counted;
    this.#taken.clear();
    this.#taken.set(0, said);
  }
}
