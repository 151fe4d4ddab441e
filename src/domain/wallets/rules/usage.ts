import { type Minor, minor, record, smallest } from "../model/money.ts";
import type { Consumption, Usage, UsageRecord, WindowStarts, WindowUsage } from "../model/usage.ts";
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

/**
 * Takes back what was counted, where its window is still the one that counts; of a window
 * that has passed there is nothing left to give back.
 */
export const giveBack = (usage: Usage, returned: readonly Consumption[]): Usage => {
  const next: Record<string, WindowUsage> = { ...usage };
  for (const entry of returned) {
    for (const window of limitWindows) {
      const used = next[window] as WindowUsage;
      if (used.start !== entry.windows[window]) continue;
      next[window] = {
        start: used.start,
        amount: used.amount - minor(entry.amount),
        count: used.count - entry.count,
      };
    }
  }
  return next as unknown as Usage;
};

/** What releasing an amount gives back: last in, first out, each in the windows it took. */
export const returnedBy = (consumed: readonly Consumption[], amount: Minor): Consumption[] => {
  const returned: Consumption[] = [];
  let left = amount;
  for (const entry of [...consumed].reverse()) {
    if (left === 0n) break;
    const taken = smallest(left, minor(entry.amount));
    // A payment is uncounted when all that it took is given back.
    const count = taken === minor(entry.amount) ? entry.count : 0;
    returned.push({ amount: record(taken), count, windows: entry.windows });
    left -= taken;
  }
  return returned;
};

/** What remains consumed after something was returned. */
export const withoutReturned = (
  consumed: readonly Consumption[],
  returned: readonly Consumption[],
): Consumption[] => {
  const rest = [...consumed];
  for (const entry of returned) {
    const last = rest.pop();
    if (!last) throw new Error("more is returned than was consumed");
    const amount = last.amount - entry.amount;
    if (amount > 0) rest.push({ ...last, amount, count: last.count - entry.count });
  }
  return rest;
};

export const usageRecord = (usage: Usage): UsageRecord =>
  mapWindows(usage, ({ start, amount, count }) => ({
    start,
    amount: amount.toString(),
    count,
  }));

export const usageState = (usage: UsageRecord): Usage =>
  mapWindows(usage, ({ start, amount, count }) => ({
    start,
    amount: BigInt(amount),
    count,
  }));

const mapWindows = <From, To>(
  windows: { readonly [Window in LimitWindow]: From },
  map: (from: From) => To,
): { readonly [Window in LimitWindow]: To } => ({
  day: map(windows.day),
  week: map(windows.week),
  month: map(windows.month),
  year: map(windows.year),
  lifetime: map(windows.lifetime),
});
