import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { onFileEnd } from "../../../test/support/cleanup.ts";
import { emptyDatabase } from "../../../test/support/database.ts";
import { tcpProxy } from "../../../test/support/tcp-proxy.ts";
import type { Database, Statement } from "../database.ts";
import { type PostgresOptions, postgresDatabase } from "./postgres.ts";

const { url } = await emptyDatabase();

const statement = (text: string): Statement => ({ name: "under_test", text, params: [] });
const one = statement("select 1 as one");
const ones = [{ one: 1 }];

const through = async (options: Omit<PostgresOptions, "url">) => {
  const network = await tcpProxy(url);
  const database = postgresDatabase({ ...options, url: network.url });
  onFileEnd(() => database.close());
  return { network, database };
};

const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "answered",
    (error: { sent?: unknown }) => error.sent,
  );

const warm = (database: Database, connections: number): Promise<unknown> =>
  Promise.all(
    Array.from({ length: connections }, () => database.run(statement("select pg_sleep(0.05)"))),
  );

test("connections that were cut while idle are replaced without a failure", async () => {
  const { network, database } = await through({ connections: 4 });
  await warm(database, 4);
  network.cut();
  await sleep(50);
  const answers = await Promise.all(Array.from({ length: 12 }, () => database.run(one)));
  expect(answers).toEqual(answers.map(() => ones));
});

test("a connection cut under a statement: fate unknown, and the next statement works", async () => {
  const { network, database } = await through({ connections: 2 });
  await warm(database, 2);
  const slow = outcome(database.run(statement("select pg_sleep(5)")));
  await sleep(100);
  network.cut();
  expect(await slow).toBe(true);
  expect(await Promise.all([database.run(one), database.run(one)])).toEqual([ones, ones]);
});

test("a connection cut in the middle of a batch: fate unknown, nothing kept, and it goes on", async () => {
  const { network, database } = await through({ connections: 1 });
  await database.run(statement("create table halves (id integer)"));
  const batch = [
    statement("insert into halves values (1)"),
    statement("select pg_sleep(5)"),
    statement("insert into halves values (2)"),
  ];
  const slow = outcome(database.batch(batch));
  await sleep(150);
  network.cut();
  expect(await slow).toBe(true);
  expect(await database.run(statement("select * from halves"))).toEqual([]);
});

test("whenever the connection is cut, a batch is whole or absent, and said to be what it is", async () => {
  const { network, database } = await through({ connections: 3 });
  await database.run(statement("create table pairs (id integer, half integer)"));
  const insert = (id: number, half: number) =>
    statement(`insert into pairs values (${id}, ${half})`);
  const answered: number[] = [];
  const definite: number[] = [];
  for (let round = 0; round < 60; round++) {
    const ids = [round * 3, round * 3 + 1, round * 3 + 2];
    const batches = ids.map(async (id) => {
      const fate = await outcome(database.batch([insert(id, 1), insert(id, 2)]));
      if (fate === "answered") answered.push(id);
      if (fate === false) definite.push(id);
    });
    // Spread over the round trips of a batch.
    await sleep((round % 12) * 1.5);
    network.cut();
    await Promise.all(batches);
  }
  // Some cuts came in time and some too late, or this would show nothing.
  expect(answered.length).toBeGreaterThan(0);
  expect(answered.length).toBeLessThan(180);
  // The last cut may still be on its way to an idle connection: look past the network.
  const onlooker = postgresDatabase({ url, connections: 1 });
  const whole = "select id from pairs group by id having count(*) = 2 order by id";
  const torn = "select id from pairs group by id having count(*) <> 2";
  expect(await onlooker.run(statement(torn))).toEqual([]);
  const kept = new Set((await onlooker.run(statement(whole))).map(({ id }) => id));
  expect(answered.filter((id) => !kept.has(id))).toEqual([]);
  expect(definite.filter((id) => kept.has(id))).toEqual([]);
  await onlooker.close();
});

test("connections that say nothing any more do not hold their slots for ever", async () => {
  const { network, database } = await through({ connections: 2, statementTimeoutMs: 200 });
  await warm(database, 2);
  network.freeze();
  const lost = await Promise.all([0, 1].map(() => outcome(database.run(one, { timeoutMs: 300 }))));
  expect(lost).toEqual([true, true]);
  // Both slots are taken by the dead connections.
  expect(await outcome(database.run(one, { timeoutMs: 300 }))).toBe(false);
  expect(await database.run(one, { timeoutMs: 10_000 })).toEqual(ones);
});

test("what is under way when the pool is closed may end", async () => {
  const database = postgresDatabase({ url, connections: 1 });
  const slow = database.run(statement("select pg_sleep(0.3), 1 as one"));
  await sleep(100);
  await database.close();
  expect(await slow).toMatchObject(ones);
  expect(await outcome(database.run(one))).toBe(false);
});
