import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { smallest } from "../model/money.ts";
import { type Consumption, noUsage, type Usage } from "../model/usage.ts";
import { limitWindows } from "./limits.ts";
import {
  consume,
  giveBack,
  returnedBy,
  usageRecord,
  usageState,
  usedIn,
  withoutReturned,
} from "./usage.ts";
import { windowStarts } from "./windows.ts";

const on = (time: string) => windowStarts(Date.parse(time), "UTC");
const sums = (usage: Usage) => limitWindows.map((window) => Number(usage[window].amount));
const counts = (usage: Usage) => limitWindows.map((window) => usage[window].count);

describe("usage", () => {
  test("is counted in every window, limited or not", () => {
    const used = consume(noUsage, { amount: 7, count: 1, windows: on("2026-11-10T12:00:00Z") });
    expect(sums(used)).toEqual([7, 7, 7, 7, 7]);
    expect(counts(used)).toEqual([1, 1, 1, 1, 1]);
    expect(used.week.start).toBe("2026-11-09");
    expect(used.lifetime.start).toBe("");
  });

  test.each([
    ["the same day", "2026-11-10T23:59:59.999Z", [12, 12, 12, 12, 12]],
    ["the next day", "2026-11-11T00:00:00Z", [5, 12, 12, 12, 12]],
    ["the next week", "2026-11-16T00:00:00Z", [5, 5, 12, 12, 12]],
    ["the next month, in the same week", "2026-12-01T00:00:00Z", [5, 5, 5, 12, 12]],
    ["the next year", "2027-01-01T00:00:00Z", [5, 5, 5, 5, 12]],
  ])("begins anew in the windows that ended by %s", (_, later, expected) => {
    const first = consume(noUsage, { amount: 7, count: 1, windows: on("2026-11-10T12:00:00Z") });
    expect(sums(consume(first, { amount: 5, count: 1, windows: on(later) }))).toEqual(expected);
  });

  test("crosses a month within a week and a week within a month", () => {
    // Monday 30 November and Tuesday 1 December are one week and two months.
    const monday = consume(noUsage, { amount: 7, count: 1, windows: on("2026-11-30T12:00:00Z") });
    const tuesday = consume(monday, { amount: 5, count: 1, windows: on("2026-12-01T12:00:00Z") });
    expect(sums(tuesday)).toEqual([5, 12, 5, 12, 12]);
    expect(counts(tuesday)).toEqual([1, 2, 1, 2, 2]);
  });

  test("of an ended window is nothing, and reading it changes nothing", () => {
    const used = consume(noUsage, { amount: 7, count: 1, windows: on("2026-11-10T12:00:00Z") });
    const later = on("2026-11-11T00:00:00Z");
    expect(usedIn(used, "day", later)).toEqual({ start: "2026-11-11", amount: 0n, count: 0 });
    expect(usedIn(used, "week", later)).toEqual(used.week);
    expect(sums(used)).toEqual([7, 7, 7, 7, 7]);
  });

  test("sums past 2^53 exactly", () => {
    const windows = on("2026-11-10T12:00:00Z");
    const most = { amount: Number.MAX_SAFE_INTEGER, count: 1, windows };
    const used = consume(consume(consume(noUsage, most), most), { ...most, amount: 1 });
    expect(used.lifetime.amount).toBe(18_014_398_509_481_983n);
  });
});

describe("what a release gives back", () => {
  const took = (amount: number, time: string, count = 0): Consumption => ({
    amount,
    count,
    windows: on(time),
  });
  const tuesday = took(100, "2026-11-10T12:00:00Z", 1);
  const wednesday = took(30, "2026-11-11T12:00:00Z");
  const thursday = took(20, "2026-11-12T12:00:00Z");
  const all = [tuesday, wednesday, thursday];
  const usage = all.reduce(consume, noUsage);
  const amounts = (entries: readonly Consumption[]) => entries.map(({ amount }) => amount);

  test.each([
    [0, [], [100, 30, 20]],
    [1, [1], [100, 30, 19]],
    [20, [20], [100, 30]],
    [21, [20, 1], [100, 29]],
    [50, [20, 30], [100]],
    [149, [20, 30, 99], [1]],
    [150, [20, 30, 100], []],
  ])("of %d is the last that was taken first: %o, leaving %o", (amount, given, left) => {
    const returned = returnedBy(all, BigInt(amount));
    expect(amounts(returned)).toEqual(given);
    expect(amounts(withoutReturned(all, returned))).toEqual(left);
    // Each in the windows that it took.
    expect(returned.map(({ windows }) => windows)).toEqual(
      [...all]
        .reverse()
        .slice(0, given.length)
        .map(({ windows }) => windows),
    );
  });

  test("uncounts the payment once, when all that it took is given back", () => {
    const most = returnedBy(all, 149n);
    expect(most.map(({ count }) => count)).toEqual([0, 0, 0]);
    const left = withoutReturned(all, most);
    expect(left).toEqual([{ ...tuesday, amount: 1 }]);
    expect(returnedBy(left, 1n)).toEqual([{ ...tuesday, amount: 1 }]);
    expect(counts(giveBack(giveBack(usage, most), returnedBy(left, 1n)))).toEqual([0, 0, 0, 0, 0]);
  });

  test("goes to the windows that still count, and leaves those that have begun since alone", () => {
    // Thursday's day gets its own 20 back and nothing of what earlier days took.
    expect(sums(giveBack(usage, returnedBy(all, 149n)))).toEqual([0, 1, 1, 1, 1]);
    const nextWeek = consume(usage, took(7, "2026-11-16T12:00:00Z", 1));
    expect(sums(giveBack(nextWeek, returnedBy(all, 149n)))).toEqual([7, 7, 8, 8, 8]);
    expect(counts(giveBack(nextWeek, returnedBy(all, 150n)))).toEqual([1, 1, 1, 1, 1]);
    const nextYear = consume(usage, took(7, "2027-01-01T12:00:00Z", 1));
    expect(sums(giveBack(nextYear, returnedBy(all, 150n)))).toEqual([7, 7, 7, 7, 7]);
  });

  test("is never more than was taken", () => {
    expect(() => withoutReturned([], [tuesday])).toThrow("more is returned");
  });

  test("of everything leaves usage as if it had never been, whenever it comes", () => {
    const entry = fc
      .record({
        amount: fc.integer({ min: 1, max: 1_000 }),
        count: fc.constantFrom(0, 1),
        at: fc.integer({ min: 0, max: 60 * 24 }),
      })
      .map(({ amount, count, at }) =>
        took(amount, new Date(Date.UTC(2026, 11, 1, at)).toISOString(), count),
      );
    const byTime = (one: Consumption, two: Consumption) =>
      one.windows.day.localeCompare(two.windows.day);
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 6 }),
        fc.array(entry, { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 12 }),
        (others, own, parts) => {
          const theirs = others.sort(byTime);
          const ours = own.sort(byTime);
          const together = [...theirs, ...ours].sort(byTime);
          let kept: readonly Consumption[] = ours;
          let now = together.reduce(consume, noUsage);
          const total = ours.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
          let left = total;
          for (const part of [...parts.map(BigInt), total]) {
            const amount = smallest(part, left);
            const returned = returnedBy(kept, amount);
            expect(amounts(returned).reduce((sum, one) => sum + one, 0)).toBe(Number(amount));
            now = giveBack(now, returned);
            kept = withoutReturned(kept, returned);
            left -= amount;
          }
          expect(kept).toEqual([]);
          const newest = together.at(-1)?.windows;
          for (const window of limitWindows) {
            const remaining = theirs.filter(({ windows }) => windows[window] === newest?.[window]);
            expect([window, now[window].amount, now[window].count]).toEqual([
              window,
              remaining.reduce((sum, { amount }) => sum + BigInt(amount), 0n),
              remaining.reduce((sum, { count }) => sum + count, 0),
            ]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

test("usage survives the log, past 2^53 too", () => {
  const windows = on("2026-11-10T12:00:00Z");
  const most = { amount: Number.MAX_SAFE_INTEGER, count: 1, windows };
  const used = consume(consume(noUsage, most), most);
  expect(usageState(JSON.parse(JSON.stringify(usageRecord(used))))).toEqual(used);
  expect(usageState(usageRecord(noUsage))).toEqual(noUsage);
});
