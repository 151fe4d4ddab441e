import { describe, expect, test } from "vitest";
import { sweepAll } from "../../src/runtime/sweep.ts";
import { onFileEnd } from "../support/cleanup.ts";
import { testDatabase } from "../support/database.ts";
import { populate } from "../support/populated.ts";
import { exerciseAll, exerciseRest } from "./exercise.ts";
import { explainedApp } from "./explained-app.ts";
import { hotOrganization } from "./hot.ts";
import { planFaults } from "./plan.ts";
import { statementNames } from "./statement-names.ts";
import { boundsOf, exceptionOf, unbounded } from "./unbounded.ts";

/**
 * Every statement that a request or a sweep runs reads as little as on small tables. The
 * long run has a million rows in each: PURSER_PLAN_ROWS=1000000.
 */
const long = process.env["PURSER_PLAN_ROWS"];
const rows = Number(long ?? 20_000);

const startedAt = Date.now();
const tell = (what: string): void => {
  if (long) console.error(`${((Date.now() - startedAt) / 1_000).toFixed(1)} s: ${what}`);
};

const database = await testDatabase();
const { server, services, recorder, sweep, close } = explainedApp(database.url);
onFileEnd(close);
const hot = await hotOrganization(server);
const loader = database.postgres({ connections: 1, statementTimeoutMs: 1_800_000 });
await populate(loader, hot.originals, rows, tell);
tell("requests");
recorder.start();
await exerciseAll(server, hot, recorder);
await exerciseRest(hot, recorder);
recorder.during("the sweep");
await sweepAll(sweep, 60_000);
recorder.during("what outlives its answer");
const { organizationId, apiKeyId } = hot.originals;
await services.directory.touchApiKeys([{ organizationId, apiKeyId, at: new Date().toISOString() }]);
tell(`explained ${recorder.explained.length}`);

const { explained } = recorder;
const faultsOf = (one: (typeof explained)[number]): string[] =>
  (["custom", "generic"] as const).flatMap((kind) =>
    planFaults(one[kind], boundsOf(one)).map((fault) => `${one.by}, ${kind} plan: ${fault}`),
  );
const names = [...new Set(explained.map(({ name }) => name))].sort();

describe(`with ${rows} rows in each table`, () => {
  test.each(names)("%s reads a page, whatever there is", (name) => {
    const bounded = explained.filter((one) => one.name === name && !exceptionOf(one));
    expect(bounded.flatMap(faultsOf)).toEqual([]);
  });
});

test("every statement of src/db was explained", async () => {
  expect(names).toEqual(await statementNames());
});

test.each(unbounded)("$statement is an exception that is still needed", (exception) => {
  const excepted = explained.filter((one) => exceptionOf(one) === exception);
  expect(excepted.flatMap(faultsOf)).not.toEqual([]);
});
