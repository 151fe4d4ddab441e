import { describe, expect, test } from "vitest";
import { meanInterval, median, ratioInterval, slopeInterval } from "./interval.ts";

/** Normally distributed, by Box and Muller, from a seeded generator. */
const normal = (seed: number): (() => number) => {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return (state + 1) / (2 ** 31 + 1);
  };
  return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
};

/** How often an interval made of `make` holds `truth`, of a thousand. */
const coverage = (
  truth: number,
  make: (random: () => number) => { readonly low: number; readonly high: number },
): number => {
  const random = normal(7);
  const hits = Array.from({ length: 1_000 }, () => make(random));
  return hits.filter(({ low, high }) => low <= truth && truth <= high).length;
};

describe("the mean", () => {
  // Student (1908), "The probable error of a mean": hours of sleep gained, 10 patients.
  test("of Student's own example", () => {
    const gained = [1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4];
    const { estimate, low, high } = meanInterval(gained);
    expect(estimate).toBeCloseTo(1.58, 2);
    expect(low).toBeCloseTo(0.7, 2);
    expect(high).toBeCloseTo(2.46, 2);
  });

  test.each([3, 7, 40])("of %i is where its interval says in 95 of 100 cases", (count) => {
    const hits = coverage(5, (random) =>
      meanInterval(Array.from({ length: count }, () => 5 + 2 * random())),
    );
    expect(hits).toBeGreaterThan(930);
    expect(hits).toBeLessThan(970);
  });

  test("of one alone has no interval", () => {
    expect(() => meanInterval([1])).toThrow("two");
  });
});

describe("a ratio", () => {
  test("of twice and half is one", () => {
    expect(ratioInterval([2, 0.5]).estimate).toBeCloseTo(1);
  });

  test("turned round has the interval turned round", () => {
    const ratios = [5.1, 6.3, 4.4, 5.9, 5.2];
    const there = ratioInterval(ratios);
    const back = ratioInterval(ratios.map((ratio) => 1 / ratio));
    expect(back.estimate).toBeCloseTo(1 / there.estimate, 10);
    expect(back.low).toBeCloseTo(1 / there.high, 10);
    expect(back.high).toBeCloseTo(1 / there.low, 10);
  });

  test("is where its interval says in 95 of 100 cases", () => {
    const hits = coverage(6, (random) =>
      ratioInterval(Array.from({ length: 7 }, () => 6 * Math.exp(0.2 * random()))),
    );
    expect(hits).toBeGreaterThan(930);
    expect(hits).toBeLessThan(970);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    "%f in one round leaves nothing to tell",
    (ratio) => {
      expect(ratioInterval([1, ratio, 1])).toEqual({
        estimate: Number.NaN,
        low: Number.NaN,
        high: Number.NaN,
        count: 3,
      });
    },
  );
});

describe("a slope", () => {
  test("of a straight line is exact", () => {
    const { estimate, low, high } = slopeInterval([1, 2, 3, 4].map((x) => [x, 7 - 0.5 * x]));
    expect([estimate, low, high].map((value) => value.toFixed(9))).toEqual(
      Array(3).fill("-0.500000000"),
    );
  });

  test.each([4, 10])("of %i points is where its interval says in 95 of 100 cases", (length) => {
    const hits = coverage(0.3, (random) =>
      slopeInterval(Array.from({ length }, (_, x) => [x, 80 + 0.3 * x + random()])),
    );
    expect(hits).toBeGreaterThan(930);
    expect(hits).toBeLessThan(970);
  });
});

test("the median is the middle one, or between the two in the middle", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 6])).toBe(5.5);
});
