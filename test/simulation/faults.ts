import type { Parts } from "./parts.ts";
import type { Random } from "./random.ts";
import type { Tally } from "./tally.ts";

/** What can go wrong with a message, by the wire that it goes over. */
export const wires = {
  /**
   * `lost` never arrives, `unheard` has its effect and no answer, `late` has its effect
   * after the lane was told that the connection broke, `slow` waits for locks, `rejected` fell to a
   * deadlock, `twice` is sent again by a proxy that did not hear the answer, `death` ends the lane between commit and answer,
   * `orphaned` before the commit.
   */
  commit: ["lost", "unheard", "late", "slow", "rejected", "twice", "death", "orphaned"],
  /** `slow` reads at once and answers long after: what it says is old by then. */
  load: ["lost", "slow", "rejected"],
  /** From an edge to a lane: nothing on this way sends a call twice. */
  call: ["lost", "unheard", "slow"],
  /** From a client to an edge and back; `twice` goes to two edges at once. */
  request: ["unheard", "twice"],
  /** Between lanes. */
  tell: ["lost", "slow"],
} as const;

export type Wire = keyof typeof wires;
export type FaultOf<On extends Wire> = (typeof wires)[On][number];

/** How often each fault meets a message, from 0 to 1. */
export type Rates = { readonly [On in Wire]: { readonly [Fault in FaultOf<On>]?: number } };

export interface Met<On extends Wire> {
  readonly fault: FaultOf<On> | undefined;
  /** Of this message alone: its delays. */
  readonly random: Random;
}

/** Decides which messages meet which faults, each by its name alone. */
export class Faults {
  /** Once it is off, messages only take their time. */
  off = false;
  readonly #random: Random;
  readonly #rates: Rates;
  readonly #parts: Parts;
  readonly #tally: Tally;

  constructor(random: Random, rates: Rates, parts: Parts, tally: Tally) {
    this.#random = random;
    this.#rates = rates;
    this.#parts = parts;
    this.#tally = tally;
  }

  meet<On extends Wire>(wire: On, message: string): Met<On> {
    const random = this.#random.fork(`${wire} ${message}`);
    let left = random.fraction();
    for (const fault of wires[wire] as readonly FaultOf<On>[]) {
      left -= this.#rates[wire][fault] ?? 0;
      if (left >= 0) continue;
      const part = `${wire}.${fault}:${message.replaceAll(" ", "/")}`;
      if (this.off || !this.#parts.take(part)) break;
      this.#tally.add(`${wire} ${fault}`);
      return { fault, random };
    }
    return { fault: undefined, random };
  }
}
