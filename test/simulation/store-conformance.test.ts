import { describe, expect, test } from "vitest";
import { ConformingStores, inMemory } from "./conforming-stores.ts";
import { Random } from "./random.ts";
import { commitAtRandom } from "./random-batches.ts";
import { cases } from "./store-conformance.ts";

/** `store-conformance.integration.test.ts` does the same beside PostgreSQL. */
describe("the simulator's store", () => {
  test.each(Object.entries(cases))("%s", (_, run) => run(new ConformingStores([inMemory()])));

  test("meets every kind of outcome in random batches", async () => {
    const stores = new ConformingStores([inMemory()]);
    const counts = await commitAtRandom(stores, new Random("batches"), 400);
    for (const kind of [
      "committed",
      "stale",
      "late",
      "taken",
      "used",
      "used and stale",
      "rejected",
    ]) {
      expect([kind, (counts[kind] ?? 0) > 0]).toEqual([kind, true]);
    }
  });
});
