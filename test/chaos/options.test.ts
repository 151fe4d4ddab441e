import { expect, test } from "vitest";
import { drawFaults, faultKinds, faultOf } from "./faults.ts";
import { chaosOptions } from "./options.ts";
import { createRandom } from "./random.ts";

test("without arguments: Node, two servers, and more than twenty kills", () => {
  expect(chaosOptions([])).toMatchObject({ runtime: "node", servers: 2, seconds: undefined });
  expect(chaosOptions([]).kills).toBeGreaterThanOrEqual(20);
  expect(chaosOptions([]).seed).not.toBe(chaosOptions([]).seed);
});

test("takes every option", () => {
  const args = ["--kills=3", "--seconds=9", "--seed=s", "--runtime=workers", "--clients=5"];
  expect(chaosOptions(args)).toMatchObject({
    kills: 3,
    seconds: 9,
    seed: "s",
    runtime: "workers",
    servers: 1,
    clients: 5,
  });
});

test.each([["--kills=0"], ["--seconds=x"], ["--runtime=bun"], ["--kill=9"], ["extra"]])(
  "says what is wrong with %s",
  (argument) => {
    expect(() => chaosOptions([argument])).toThrow();
  },
);

const drawn = (seed: string, kills: number, withDisks = true) =>
  drawFaults(createRandom(seed), kills, withDisks);

test("a seed draws the same faults again, and another one others", () => {
  expect(drawn("one", 24)).toEqual(drawn("one", 24));
  expect(drawn("one", 24)).not.toEqual(drawn("two", 24));
});

test("as many are killed as was asked for, and every kind of fault happens in each round", () => {
  for (const kills of [1, 6, 7, 24]) {
    const plan = drawn("seed", kills);
    expect(plan.reduce((sum, kind) => sum + faultOf(kind).kills, 0)).toBeGreaterThanOrEqual(kills);
    expect(new Set(plan)).toEqual(new Set(faultKinds));
  }
  expect(drawn("seed", 1, false).filter((kind) => faultOf(kind).onDisks)).toEqual([]);
});
