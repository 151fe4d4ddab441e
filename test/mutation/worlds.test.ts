import { expect, test } from "vitest";
import { simulate } from "../simulation/simulation.ts";

/**
 * What the simulator finds in seconds, for `npm run mutation`: the real verbs, rules and lanes
 * in worlds full of faults, beside a naive model. Each world is a test of its own, so that a
 * mutant is tried in those that come by it, and the first one that notices ends the trial.
 */
const seeds = [1, 2, 3, 4];

test.each(seeds)("the promises are kept in world %i", async (seed) => {
  const { violation } = await simulate({ seed, steps: 1_500 });
  expect(violation).toBeUndefined();
});
