import { describe, expect, test } from "vitest";
import { noUsage, type Usage } from "../model/usage.ts";
import { limitWindows } from "./limits.ts";
import { consume, usedIn } from "./usage.ts";
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
