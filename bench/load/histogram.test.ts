import { describe, expect, test } from "vitest";
import { Histogram } from "./histogram.ts";

const of = (values: readonly number[]): Histogram => {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
};

/** By sorting: the value at the rank, as the textbook has it. */
const exact = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? 0;

describe("quantiles", () => {
  // From a microsecond to minutes, in no order.
  const values = Array.from({ length: 10_000 }, (_, n) => 1.002 ** ((n * 7_919) % 10_000) / 1_000);

  test.each([0.01, 0.5, 0.9, 0.99, 0.999, 1])("%f is that of the sorted values", (share) => {
    const want = exact(values, share);
    const told = of(values).quantile(share);
    expect(told).toBeGreaterThanOrEqual(want * (1 - 1e-9));
    expect(told).toBeLessThanOrEqual(want * (1 + 1 / 512) + 0.001);
  });

  test("no value is told to be longer than the longest", () => {
    expect(of([3.3]).summary()).toMatchObject({ p50: 3.3, p999: 3.3, max: 3.3 });
  });

  test("of three, the median is the second", () => {
    expect(of([1, 2, 3]).quantile(0.5)).toBeCloseTo(2, 2);
  });

  test("of nothing are zero", () => {
    expect(of([]).summary()).toEqual({ count: 0, mean: 0, p50: 0, p99: 0, p999: 0, max: 0 });
  });

  test("what lasted for hours is still counted", () => {
    const histogram = of([1, 1, 10 * 3_600_000]);
    expect(histogram.count).toBe(3);
    expect(histogram.quantile(0.5)).toBeCloseTo(1, 2);
    expect(histogram.summary().max).toBe(36_000_000);
  });
});

test("buckets follow each other without a gap or an overlap", () => {
  let last = 0;
  for (let us = 1; us < 3_000_000; us += 1_997) {
    const told = of([us / 1_000, 1_000_000]).quantile(0.5) * 1_000;
    expect(told).toBeGreaterThanOrEqual(us - 1e-6);
    expect(told).toBeGreaterThanOrEqual(last);
    last = told;
  }
});
