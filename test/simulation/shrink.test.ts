import { expect, test } from "vitest";
import { shrink } from "./shrink.ts";
import type { SimulationResult } from "./simulation.ts";
import type { PromiseName } from "./violation.ts";

const parts = [
  ...Array.from({ length: 40 }, (_, index) => `c${index % 4}.${index}:deposit`),
  ...Array.from({ length: 40 }, (_, index) => `commit.late:${index}`),
  "trouble:1.0",
];

/** A simulation that breaks a promise where all of these take part. */
const failingWith = (
  needed: readonly string[],
  broken: (only: readonly string[]) => PromiseName,
) => {
  let runs = 0;
  const run = (only: readonly string[], asked: number): SimulationResult => {
    runs += 1;
    const fails = needed.every((part) => only.includes(part));
    return {
      seed: 1,
      steps: 10 + only.length,
      asked,
      violation: fails ? { promise: broken(only), detail: "", step: 10 + only.length } : undefined,
      parts: only,
      digest: "",
      counts: {},
    };
  };
  return { run, runs: () => runs };
};

test("leaves just the parts that a failure needs, wherever they are", async () => {
  const needed = ["c1.17:deposit", "c2.38:deposit", "commit.late:3", "trouble:1.0"];
  const { run, runs } = failingWith(needed, () => "rules");
  const shrunk = await shrink(run(parts, 5_000), async (only, steps) => run(only, steps));
  expect([...shrunk.parts].sort()).toEqual([...needed].sort());
  expect(shrunk.result.violation?.step).toBe(10 + needed.length);
  expect(shrunk.runs).toBe(runs() - 1);
  expect(shrunk.runs).toBeLessThan(200);
});

test("does not take another broken promise for the same", async () => {
  const { run } = failingWith(["c0.0:deposit"], (only) => (only.length > 5 ? "rules" : "usage"));
  const shrunk = await shrink(run(parts, 5_000), async (only, steps) => run(only, steps));
  expect(shrunk.result.violation?.promise).toBe("rules");
  expect(shrunk.parts).toHaveLength(6);
});

test("says so when the failure does not come back", async () => {
  const { run } = failingWith(["c0.0:deposit"], () => "rules");
  const failed = run(parts, 5_000);
  await expect(shrink(failed, async () => run([], 1))).rejects.toThrow("does not repeat");
});
