import { DatabaseSync } from "node:sqlite";
import { counter, gauge, histogram } from "../../src/observability/registry.ts";
import { MetricsShard } from "../../src/observability/shard.ts";
import type { Snapshot } from "../../src/observability/snapshot.ts";
import { sqlStorage } from "../../src/runtime/shard-storage.ts";

/** The shard's own storage on a SQLite as Durable Objects have one. */
export const shardInSqlite = () => {
  const sqlite = new DatabaseSync(":memory:");
  const exec = (query: string, ...values: readonly (string | number)[]) =>
    sqlite.prepare(query).all(...values);
  const number = (query: string): number =>
    Number(Object.values(sqlite.prepare(query).get() ?? {})[0]);
  return {
    /** As it is after its own end: all that it knows is what it kept. */
    open: () => new MetricsShard(sqlStorage({ exec })),
    kept: () => ({
      epochs: number("select count(*) from epochs"),
      tombstones: number("select count(*) from retired"),
      bytes: number(
        "select sum(length(snapshot)) from (select snapshot from epochs union all select snapshot from folded)",
      ),
    }),
  };
};

/** An isolate's registry: requests counted, one gauge, one histogram. */
export const smallRegistry = () => {
  const requests = counter({ name: "requests", help: "R.", labels: { route: 9 } }, () => 0);
  const open = gauge({ name: "open", help: "O.", labels: {} });
  const seconds = histogram(
    { name: "took_seconds", help: "T.", unit: "seconds", labels: {}, bounds: [1, 2] },
    () => 0,
  );
  return {
    count: (times: number, route = "/a") => {
      requests.inc({ route }, times);
      open.set({}, times);
      for (let time = 0; time < times; time++) seconds.observe({}, 1.5);
    },
    snapshot: (): Snapshot => [requests.snapshot(), open.snapshot(), seconds.snapshot()],
  };
};

/** All series of a family together; 0 if there is none. */
export const sumOf = (snapshot: Snapshot, name: string): number => {
  const family = snapshot.find((one) => one.name === name);
  if (!family) return 0;
  const values =
    family.type === "histogram"
      ? family.series.flatMap(({ counts }) => counts)
      : family.series.map(({ value }) => value);
  return values.reduce((sum, value) => sum + value, 0);
};
