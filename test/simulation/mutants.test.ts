import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import type { Caught, Hunt } from "./mutant-worker.ts";
import { mutants } from "./mutants.ts";
import { mutated } from "./plant.ts";
import { simulate } from "./simulation.ts";

/** Most are found by the first few. */
const seeds = Array.from({ length: 30 }, (_, index) => index + 1);
const steps = 3_000;

const hunt = (data: Hunt): Promise<Caught | undefined> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./mutant-worker.ts", import.meta.url), { workerData: data });
    worker.once("message", (caught: Caught | undefined) => {
      resolve(caught);
      void worker.terminate();
    });
    worker.once("error", reject);
  });

describe("a planted bug is found:", () => {
  test.concurrent.each(mutants)(
    "$name",
    async (mutant) => {
      const caught = await hunt({ mutant: mutant.name, seeds, steps });
      expect(caught).toBeDefined();
      // What is found is the bug: without it the same world keeps its promises.
      const seed = caught?.seed ?? 0;
      const { violation } = await simulate({ seed, steps, world: mutant.world });
      expect(violation).toBeUndefined();
    },
    60_000,
  );
});

test("a bug is planted only where its expression stands exactly once", () => {
  const [mutant] = mutants;
  if (!mutant) throw new Error("there are none");
  expect(mutated(mutant)).toContain(mutant.is);
  expect(() => mutated({ ...mutant, was: "not there" })).toThrow("does not have once");
  expect(() => mutated({ ...mutant, was: "const" })).toThrow("does not have once");
});
