import { describe, expect, it } from "vitest";
import { freshSecrets } from "../../scripts/secrets.ts";
import { onFileEnd } from "../../test/support/cleanup.ts";
import { testDatabase } from "../../test/support/database.ts";
import {
  directoryOn,
  newActor,
  newId,
  outcomeOf,
  times,
  valueFrom,
  withKey,
} from "../../test/support/directory.ts";
import { contexts } from "../db/contexts.ts";
import type { Database } from "../db/database.ts";
import { purgeKeys } from "../db/idempotency.ts";
import { createMetrics } from "../observability/metrics.ts";
import { builtAssets } from "./built-assets.ts";
import { levelledLogger } from "./levelled-logger.ts";
import { startProcess } from "./process.ts";
import { type Purge, purgeUsedKeys } from "./purge.ts";

// Purges are of all organizations: each test has a database of its own.

const purgeOn = (database: Database, over: Partial<Purge> = {}) => {
  const metrics = createMetrics({ version: "test", runtime: "node" });
  const logger = levelledLogger("silent");
  const purge = { database, contexts, keyRetentionDays: 30, metrics, logger, ...over };
  const counted = () => metrics.purgedKeys.snapshot().series;
  return { purge, counted };
};

const fill = (database: Database, context: string, keys: number, age: string) =>
  database.run({
    name: "test.fill",
    text: `insert into ${context}.idempotency_keys
      (organization_id, key, fingerprint, operation, response, created_at)
      select $1::text::uuid, 'old ' || i, repeat('a', 64), 'createUser', '{}', now() - $2::text::interval
      from generate_series(1, $3::int) as i`,
    params: [newId(), age, keys],
  });

const keysIn = async (database: Database, context: string): Promise<number> => {
  const text = `select count(*)::int as keys from ${context}.idempotency_keys`;
  const [row] = await database.run({ name: "test.count", text, params: [] });
  return Number(row?.["keys"]);
};

describe.each(["postgres", "neon"] as const)("a purge through %s", (driver) => {
  it("takes keys that are older than the retention, however many, and no others", async () => {
    const database = (await testDatabase())[driver]();
    await fill(database, "directory", 2_500, "30 days 1 minute");
    await fill(database, "directory", 7, "29 days 23 hours");
    await fill(database, "wallets", 3, "31 days");
    const { purge, counted } = purgeOn(database);
    await purgeUsedKeys(purge, 30_000);
    expect(await keysIn(database, "directory")).toBe(7);
    expect(await keysIn(database, "wallets")).toBe(0);
    expect(counted()).toMatchObject([{ value: 2_500 }, { value: 3 }]);
  });

  it("takes them in bounded batches, and each once by however many at once", async () => {
    const database = (await testDatabase())[driver]();
    await fill(database, "wallets", 1_000, "31 days");
    const before = new Date(Date.now() - 30 * 86_400_000).toISOString();
    const taken = await Promise.all(times(8, () => purgeKeys(database, "wallets", before, 100)));
    expect(taken.every((purged) => purged <= 100)).toBe(true);
    const left = await keysIn(database, "wallets");
    expect(taken.reduce((sum, purged) => sum + purged, 0)).toBe(1_000 - left);
    expect(await purgeKeys(database, "wallets", before, 100)).toBe(Math.min(100, left));
  });
});

describe("a key", () => {
  it("replays until it is purged, and is free afterwards", async () => {
    const database = (await testDatabase()).postgres();
    const directory = directoryOn(database);
    const actor = withKey(await newActor(directory), newId());
    const create = (name: string) => directory.createTeam(actor, { name });
    const first = valueFrom(await create("Ops"));
    const { purge } = purgeOn(database);
    await purgeUsedKeys(purge, 10_000);
    expect(valueFrom(await create("Ops"))).toEqual(first);
    await database.run({
      name: "test.age",
      text: "update directory.idempotency_keys set created_at = now() - interval '31 days'",
      params: [],
    });
    expect(outcomeOf(await create("Ops"))).toBe("replayed");
    await purgeUsedKeys(purge, 10_000);
    expect(outcomeOf(await create("Ops"))).toBe("team_name_taken");
    expect(valueFrom(await create("Other")).id).not.toBe(first.id);
  });

  it("that is purged between the claim and the look at it is free, too", async () => {
    const database = (await testDatabase()).postgres();
    const directory = directoryOn({
      ...database,
      run: async (statement, options) => {
        if (statement.name === "directory.find_claim") {
          const later = new Date(Date.now() + 60_000).toISOString();
          expect(await purgeKeys(database, "directory", later, 10)).toBe(1);
        }
        return database.run(statement, options);
      },
    });
    const actor = await newActor(directory);
    const repeat = withKey(actor, newId());
    const first = valueFrom(await directory.createTeam(repeat, { name: "Ops" }));
    const again = await directory.createTeam(repeat, { name: "Other" });
    expect([outcomeOf(again), valueFrom(again).id === first.id]).toEqual(["ok", false]);
  });
});

it("a process purges what is older than its setting says", async () => {
  const { url, postgres } = await testDatabase();
  const database = postgres();
  await fill(database, "directory", 5, "2 days 1 minute");
  await fill(database, "directory", 3, "1 day 23 hours");
  const { close } = startProcess(
    {
      ...freshSecrets(),
      DATABASE_URL: url,
      LOG_LEVEL: "silent",
      SWEEP_SECONDS: "1",
      IDEMPOTENCY_KEY_RETENTION_DAYS: "2",
    },
    "node",
    builtAssets(),
  );
  onFileEnd(close);
  await expect.poll(() => keysIn(database, "directory"), { timeout: 10_000 }).toBe(3);
});
