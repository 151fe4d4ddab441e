import { describe, expect, test } from "vitest";
import { commitStatement } from "../../src/db/wallets/commit.ts";
import { createWalletOwnership } from "../../src/db/wallets/ownership.ts";
import { createWalletStore } from "../../src/db/wallets/wallet-store.ts";
import type { Job } from "../../src/domain/wallets/lane/job.ts";
import { testDatabase } from "../support/database.ts";
import { whileLocked } from "../support/locks.ts";
import { aSecret, creatingCard, depositing, item } from "../support/wallet-states.ts";
import { ConformingStores, comparable, inMemory, type Subject } from "./conforming-stores.ts";
import { MemoryDatabase } from "./memory-database.ts";
import { Random } from "./random.ts";
import { commitAtRandom } from "./random-batches.ts";
import { cases } from "./store-conformance.ts";

const database = await testDatabase();

const real = (driver: "postgres" | "neon"): Subject => {
  const db = database[driver]();
  return { store: createWalletStore(db), ownership: createWalletOwnership(db) };
};

describe.each(["postgres", "neon"] as const)(
  "the simulator's store and PostgreSQL's through %s, told the same, answer and keep the same:",
  (driver) => {
    const subject = real(driver);
    const stores = () => new ConformingStores([inMemory(), subject]);

    test.each(Object.entries(cases))("one that %s", (_, run) => run(stores()));
  },
);

describe("a statement that waited for another one, in memory as in PostgreSQL,", () => {
  /** What the second is told whose wait began before the first was committed. */
  const contend = async (make: (stores: ConformingStores) => Promise<readonly Job[]>) => {
    const memory = new MemoryDatabase(Date.now);
    const subject = real("postgres");
    const stores = new ConformingStores([inMemory(memory), subject]);
    const [first, second] = await Promise.all(
      (await make(stores)).map(async (job) => ({
        groups: await stores.decide([job]),
        deadline: Date.now() + 8_000,
      })),
    );
    if (!first || !second) throw new Error("two commits");
    const snapshot = memory.begin();
    expect(memory.commit(first)).toMatchObject({ outcomes: [{ verdict: "committed" }] });
    const inMemoryToo = memory.commit(second, snapshot);
    const { text, params } = commitStatement(first);
    const waited = await whileLocked(database.url, {
      hold: (sql) => sql.unsafe(text, [...params]),
      contend: () => subject.store.commit(second),
    });
    expect(comparable(waited)).toEqual(comparable(inMemoryToo));
    await stores.look();
    return waited;
  };

  test("does not see the key that it used, but that its version has gone by", async () => {
    const waited = await contend(async (stores) => {
      const wallet = await stores.wallet();
      const items = [item(depositing(wallet, 5), { key: "client:same" })];
      return [
        { ...stores.job(), items },
        { ...stores.job(), items },
      ];
    });
    expect(waited).toMatchObject({ outcomes: [{ stale: true, used: [] }] });
  });

  test("does not see the number that it took, and is rejected, to be repeated alone", async () => {
    const waited = await contend(async (stores) => {
      const [one, two] = [await stores.wallet(), await stores.wallet()];
      const secret = aSecret();
      return [one, two].map((wallet) => ({
        ...stores.job(),
        items: [item(creatingCard(wallet), { secret })],
      }));
    });
    expect(waited).toMatchObject({ kind: "rejected", retry: "alone" });
  });
});

const seeds = ["one", "two", "three"];

test.each(seeds)("random batches of seed %s", async (seed) => {
  const stores = new ConformingStores([inMemory(), real("postgres")]);
  const counts = await commitAtRandom(stores, new Random(seed), 150);
  expect(counts["committed"]).toBeGreaterThan(150);
});
