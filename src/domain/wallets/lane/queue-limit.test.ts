import { describe, expect, test } from "vitest";
import { QueueLimit } from "./queue-limit.ts";

const options = { maxQueue: 100, lastingQueue: 40, burstMs: 500 };

/** Asks for each of these lengths of the queue, one a millisecond. */
const asked = (limit: QueueLimit, lengths: readonly number[], from = 0): boolean[] =>
  lengths.map((waiting, ms) => limit.isReached(waiting, from + ms));

const lasting = (waiting: number, ms: number): number[] => Array(ms).fill(waiting);

describe("a burst", () => {
  test("may fill the queue, and not more", () => {
    const filling = Array.from({ length: 101 }, (_, waiting) => waiting);
    expect(asked(new QueueLimit(options), filling).lastIndexOf(false)).toBe(99);
    expect(new QueueLimit(options).isReached(100, 0)).toBe(true);
  });

  test("that is worked off is forgotten", () => {
    const limit = new QueueLimit(options);
    expect(asked(limit, [...lasting(99, 400), 19])).not.toContain(true);
    expect(asked(limit, lasting(99, 500), 401)).not.toContain(true);
  });
});

describe("a queue that has been long for half a second", () => {
  const overfull = () => {
    const limit = new QueueLimit(options);
    expect(asked(limit, lasting(40, 500))).not.toContain(true);
    return limit;
  };

  test("takes no more than a lasting one may hold", () => {
    expect(overfull().isReached(40, 500)).toBe(true);
    expect(overfull().isReached(99, 500)).toBe(true);
    expect(overfull().isReached(39, 500)).toBe(false);
  });

  test("stays short while commits take many at a time and others come", () => {
    const limit = overfull();
    for (const waiting of [39, 20, 25, 39]) expect(limit.isReached(waiting, 600)).toBe(false);
    expect(limit.isReached(40, 601)).toBe(true);
  });

  test("may be filled by a burst again once it was short", () => {
    const limit = overfull();
    expect(limit.isReached(19, 600)).toBe(false);
    expect(limit.isReached(99, 601)).toBe(false);
    expect(asked(limit, lasting(40, 499), 602)).not.toContain(true);
    expect(limit.isReached(40, 1_101)).toBe(true);
  });
});

test("a queue of fewer places than a lasting one may hold is never longer than that", () => {
  const limit = new QueueLimit({ ...options, maxQueue: 10, lastingQueue: 40 });
  expect([limit.isReached(9, 0), limit.isReached(10, 0)]).toEqual([false, true]);
  expect([limit.isReached(9, 9_000), limit.isReached(10, 9_000)]).toEqual([false, true]);
});

test("a clock that goes back makes no queue short", () => {
  const limit = new QueueLimit(options);
  expect(limit.isReached(60, 10_000)).toBe(false);
  expect(limit.isReached(60, 0)).toBe(false);
  expect(limit.isReached(60, 10_500)).toBe(true);
});
