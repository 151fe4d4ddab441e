import { describe, expect, test } from "vitest";
import { everyEventType } from "../support/event-types.ts";
import { wires } from "./faults.ts";
import { type SimulationResult, simulate } from "./simulation.ts";

/** `npm run simulate` runs as many as one has time for. */
const seeds = [
  ...Array.from({ length: 13 }, (_, index) => index + 1),
  // Its lanes have to tell each other, and one of them is slow to hear.
  23,
];
const steps = 4_000;

const results: SimulationResult[] = [];
for (const seed of seeds) results.push(await simulate({ seed, steps }));

describe("a world full of faults", () => {
  test.each(results)("keeps every promise, seed $seed", (result) => {
    expect(result.violation).toBeUndefined();
    expect(result.steps).toBeGreaterThanOrEqual(steps);
  });

  test("is one in which everything happens that is promised of", () => {
    const happened = new Set(results.flatMap(({ counts }) => Object.keys(counts)));
    const faults = Object.entries(wires).flatMap(([wire, kinds]) =>
      kinds.map((kind) => `${wire} ${kind}`),
    );
    const troubles = ["a lane ends", "a lane's clock leaps", "the database is out of reach"];
    const events = everyEventType
      .filter((type) => type !== "wallet.created")
      .map((type) => `event ${type}`);
    const lanes = ["stale", "retry", "unknown"].map((kind) => `lane ${kind}`);
    const told = [
      ...["done", "again", "outcome_unknown", "overloaded", "wallet_busy"],
      ...["idempotency_key_reused", "card_number_taken", "payment_declined", "not_found"],
      ...["insufficient_funds", "wallet_not_empty", "wallet_frozen", "wallet_closed"],
    ].map((answer) => `told ${answer}`);
    const expected = [...faults, ...troubles, ...events, ...lanes, ...told];
    expect(expected.filter((name) => !happened.has(name))).toEqual([]);
  });
});

test("a seed gives the same world each time, and another seed another", async () => {
  const traceOf = async (seed: number) => {
    const lines: string[] = [];
    const trace = (step: number, at: number, what: string) => lines.push(`${step} ${at} ${what}`);
    const { digest, parts } = await simulate({ seed, steps: 1_500, trace });
    return { digest, parts, trace: lines.join("\n") };
  };
  const [first, again, other] = [await traceOf(7), await traceOf(7), await traceOf(8)];
  expect(again).toEqual(first);
  expect(other.digest).not.toBe(first.digest);
  expect(other.trace).not.toBe(first.trace);
});

test("a world without the parts that may be left out is calm, and keeps its promises too", async () => {
  const { parts, counts, violation } = await simulate({ seed: 7, steps: 500, only: [] });
  expect([parts, violation]).toEqual([[], undefined]);
  expect(Object.keys(counts).filter((name) => name.startsWith("asked"))).toEqual([]);
});
