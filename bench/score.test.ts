import { describe, expect, test } from "vitest";
import type { Claim, ScenarioResult } from "./result.ts";
import { isMet, scoreOf } from "./score.ts";

const interval = (low: number, estimate: number, high: number) => ({
  low,
  estimate,
  high,
  count: 7,
});

describe("a promise is kept by the worse end of the interval", () => {
  test.each([
    [{ atLeast: 6 }, interval(6, 7, 9), true],
    [{ atLeast: 6 }, interval(5.99, 7, 9), false],
    [{ atMost: 1.15 }, interval(1, 1.1, 1.15), true],
    [{ atMost: 1.15 }, interval(1, 1.1, 1.16), false],
  ])("%j by %j: %s", (target, measured, met) => {
    expect(isMet(target, measured)).toBe(met);
  });

  test("nor by what is not a number", () => {
    expect(isMet({ atLeast: 0 }, interval(Number.NaN, 1, 1))).toBe(false);
    expect(isMet({ atMost: 9 }, interval(1, 1, Number.NaN))).toBe(false);
  });
});

const result = (claim: Claim | undefined): ScenarioResult => ({
  id: "hot",
  title: "",
  about: "",
  measured: [],
  notes: [],
  findings: [{ title: "", interval: interval(10, 11, 12), ...(claim && { claim }) }],
});

describe("the score", () => {
  test("has a row for each promise and none for what is only told", () => {
    const kept = { text: "ten times", target: { atLeast: 10 } };
    expect(scoreOf([result(kept), result(undefined)])).toEqual([
      {
        scenario: "hot",
        claim: "ten times",
        target: { atLeast: 10 },
        unit: undefined,
        interval: interval(10, 11, 12),
        met: true,
        spoiled: undefined,
      },
    ]);
  });

  test("does not count a figure that wrong answers made", () => {
    const claim = { text: "ten times", target: { atLeast: 10 }, spoiled: "3 without an answer" };
    expect(scoreOf([result(claim)])).toMatchObject([
      { met: false, spoiled: "3 without an answer" },
    ]);
  });
});
