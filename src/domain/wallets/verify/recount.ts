import { minor } from "../model/money.ts";
import type { Consumption, Usage, UsageRecord } from "../model/usage.ts";
import { limitWindows } from "../rules/limits.ts";

/**
 * What payments still take of the windows that count now, added up from the payments
 * instead of from what was counted as they came.
 */
export class Recount {
  readonly #usage: Usage;
  readonly #sums: Record<string, { amount: bigint; count: number }>;

  constructor(usage: Usage, inherited?: UsageRecord) {
    this.#usage = usage;
    this.#sums = {};
    for (const window of limitWindows) {
      const began = inherited?.[window];
      const still = began && began.start === usage[window].start;
      this.#sums[window] = still
        ? { amount: BigInt(began.amount), count: began.count }
        : { amount: 0n, count: 0 };
    }
  }

  add(consumed: readonly Consumption[]): void {
    for (const entry of consumed) {
      for (const window of limitWindows) {
        const sum = this.#sums[window];
        if (!sum || entry.windows[window] !== this.#usage[window].start) continue;
        sum.amount += minor(entry.amount);
        sum.count += entry.count;
      }
    }
  }

  /** The windows where the recount is another. */
  faults(): { readonly window: string; readonly problem: string }[] {
    return limitWindows.flatMap((window) => {
      const { amount, count } = this.#usage[window];
      const sum = this.#sums[window];
      if (!sum || (sum.amount === amount && sum.count === count)) return [];
      const problem = `counts ${amount} in ${count}, the payments take ${sum.amount} in ${sum.count}`;
      return [{ window, problem }];
    });
  }
}
