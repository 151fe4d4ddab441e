import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventSum } from "./payments.ts";

const ids = Array.from({ length: 20 }, () => randomUUID());
const events = fc.array(
  fc.tuple(fc.nat({ max: ids.length - 1 }), fc.integer({ min: 1, max: 2 ** 40 })),
  { maxLength: 30 },
);

const sumOf = (of: readonly (readonly [number, number])[]): EventSum => {
  const sum = new EventSum();
  for (const [id, sequence] of of) sum.add(ids[id] ?? "", sequence);
  return sum;
};

describe("the sum of payments' events", () => {
  test("is the same in any order", () => {
    fc.assert(fc.property(events, (of) => sumOf(of).equals(sumOf([...of].reverse()))));
  });

  test("tells one event more, less, twice, of another payment or elsewhere apart", () => {
    fc.assert(
      fc.property(
        events,
        fc.nat({ max: 19 }),
        fc.integer({ min: 1, max: 2 ** 40 }),
        (of, id, at) => {
          const one = [id, at] as const;
          const sum = sumOf([...of, one]);
          for (const other of [
            of,
            [...of, one, one],
            [...of, [(id + 1) % 20, at] as const],
            [...of, [id, at + 1] as const],
            [...of, [id, at + 2 ** 32] as const],
          ]) {
            expect(sum.equals(sumOf(other))).toBe(false);
          }
        },
      ),
    );
  });

  test("does not take two payments that changed their events for the same", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: 19 }), { minLength: 2, maxLength: 2 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 40 }), { minLength: 2, maxLength: 2 }),
        ([a = 0, b = 0], [one = 0, two = 0]) => {
          const straight = sumOf([
            [a, one],
            [b, two],
          ]);
          const crossed = sumOf([
            [a, two],
            [b, one],
          ]);
          expect(straight.equals(crossed)).toBe(false);
        },
      ),
    );
  });
});
