import { type Minor, minor } from "../model/money.ts";
import type { Consumption, Usage, WindowStarts, WindowUsage } from "../model/usage.ts";
import { type LimitWindow, limitWindows } from "./limits.ts";

/** What is used of a window now: nothing, if what was counted belongs to an earlier one. */
export const usedIn = (usage: Usage, window: LimitWindow, starts: WindowStarts): WindowUsage => {
  const counted = usage[window];
  return counted.start === starts[window]
    ? counted
    : { start: starts[window], amount: 0n, count: 0 };
};

/** Counts a payment in every window. */
export const consume = (usage: Usage, consumed: Consumption): Usage => {
  const next: Record<string, WindowUsage> = {};
  for (const window of limitWindows) {
    next[window] = add(
      usedIn(usage, window, consumed.windows),
      minor(consumed.amount),
      consumed.count,
    );
  }
  return next as unknown as Usage;
};

const add = (used: WindowUsage, amount: Minor, count: number): WindowUsage => ({
  start: used.start,
  amount: used.amount + amount,
  count: used.count + count,
});
