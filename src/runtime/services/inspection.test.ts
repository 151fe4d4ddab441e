import { expect, test } from "vitest";
import { counter, histogram } from "../../observability/registry.ts";
import type { Snapshot } from "../../observability/snapshot.ts";
import { readinessOf, scrapeOf } from "./inspection.ts";
import type { Inspection } from "./verbs.ts";

const ready = { database: true, migrations: true };

const inspected = (over: Partial<Inspection> = {}): Inspection => ({
  readiness: async () => ready,
  scrape: async () => [],
  ...over,
});

const counted = (value: number): Snapshot => {
  const family = counter({ name: "a", help: "A", labels: {} }, () => 1_000);
  family.inc({}, value);
  return [family.snapshot()];
};

const timed = (bound: number): Snapshot => {
  const family = histogram({ name: "b", help: "B", labels: {}, bounds: [bound] }, () => 1_000);
  family.observe({}, 0);
  return [family.snapshot()];
};

const valuesOf = (snapshot: Snapshot) =>
  Object.fromEntries(
    snapshot.flatMap(({ name, series }) =>
      series.map((one) => [
        [name, ...one.labels.map(([, value]) => value)].join(" "),
        "value" in one ? one.value : one.counts,
      ]),
    ),
  );

test("ready when both are, and only then", async () => {
  const check = (directory: Inspection, wallets: Inspection) =>
    readinessOf({ directory, wallets }).check();
  expect(await check(inspected(), inspected())).toEqual(ready);
  const behind = inspected({ readiness: async () => ({ database: true, migrations: false }) });
  expect(await check(behind, inspected())).toEqual({ database: true, migrations: false });
  const cut = inspected({ readiness: async () => ({ database: false, migrations: false }) });
  expect(await check(inspected(), cut)).toEqual({ database: false, migrations: false });
  const gone = inspected({ readiness: () => Promise.reject(new Error("gone")) });
  await expect(check(inspected(), gone)).rejects.toThrow("gone");
});

test("what all of them counted is one sum", async () => {
  const services = {
    directory: inspected({ scrape: async () => counted(2) }),
    wallets: inspected({ scrape: async () => counted(3) }),
  };
  expect(valuesOf(await scrapeOf(async () => counted(1), services)())).toEqual({
    a: 6,
    "purser_service_up directory": 1,
    "purser_service_up wallets": 1,
  });
});

test("who does not answer, or counts differently, is missing, and is said to be", async () => {
  const services = {
    directory: inspected({ scrape: () => Promise.reject(new Error("gone")) }),
    wallets: inspected({ scrape: async () => [...counted(3), ...timed(2)] }),
  };
  const own = async () => [...counted(1), ...timed(1)];
  expect(valuesOf(await scrapeOf(own, services)())).toEqual({
    a: 1,
    b: [1, 0],
    "purser_service_up directory": 0,
    "purser_service_up wallets": 0,
  });
});
