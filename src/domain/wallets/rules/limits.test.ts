import { describe, expect, test } from "vitest";
import { type Limits, limitsBelow, noLimits, patchLimits } from "./limits.ts";

const limits: Limits = { ...noLimits, day: { amount: 500 }, month: { amount: 900, count: 3 } };

describe("a patch of limits", () => {
  test("leaves absent windows alone", () => {
    expect(patchLimits(limits, undefined)).toEqual(limits);
    expect(patchLimits(limits, {})).toEqual(limits);
    expect(patchLimits(limits, { day: undefined })).toEqual(limits);
  });

  test("replaces a window whole, and does not merge amount and count", () => {
    expect(patchLimits(limits, { month: { count: 9 } }).month).toEqual({ count: 9 });
  });

  test("clears a window by null and by an empty limit", () => {
    expect(patchLimits(limits, { day: null }).day).toBeNull();
    expect(patchLimits(limits, { day: {} }).day).toBeNull();
  });

  test("sets every window", () => {
    const every = {
      perTransaction: { amount: 1 },
      day: { amount: 2 },
      week: { amount: 3 },
      month: { amount: 4 },
      year: { amount: 5 },
      lifetime: { count: 6 },
    };
    expect(patchLimits(noLimits, every)).toEqual(every);
  });

  test("does not touch what it was given", () => {
    const before = structuredClone(limits);
    patchLimits(limits, { day: null, week: { amount: 1 } });
    expect(limits).toEqual(before);
  });
});

describe("the organization's smallest limit", () => {
  test("holds for the amounts of day and month only", () => {
    const small = { amount: 9_999 };
    const all = { perTransaction: small, week: small, year: small, lifetime: small };
    expect(limitsBelow({ ...all, day: small, month: small }, 10_000)).toEqual(["day", "month"]);
    expect(limitsBelow({ ...all, day: null, month: { count: 1 } }, 10_000)).toEqual([]);
    expect(limitsBelow({ ...all, day: { amount: 10_000 }, month: null }, 10_000)).toEqual([]);
  });
});
