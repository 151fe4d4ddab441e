import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { freePort } from "../../../scripts/postgres.ts";
import { testDatabase } from "../../../test/support/database.ts";
import {
  type Database,
  DatabaseRejected,
  DatabaseUnreachable,
  type Param,
  type Statement,
} from "../database.ts";
import { neonDatabase } from "./neon.ts";
import type { StatementEvent } from "./observe.ts";
import { postgresDatabase } from "./postgres.ts";

const statement = (text: string, ...params: Param[]): Statement => ({
  name: "under_test",
  text,
  params,
});

const { url, neonEndpoint, ...open } = await testDatabase();
const admin = open.postgres({ connections: 2 });
await admin.run(
  statement(`create table things (
    id integer constraint things_pkey primary key,
    amount bigint constraint amount_positive check (amount > 0)
  )`),
);

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

const drivers = {
  "postgres.js": (onStatement?: (event: StatementEvent) => void): Database =>
    open.postgres(onStatement ? { onStatement } : {}),
  neon: (onStatement?: (event: StatementEvent) => void): Database =>
    open.neon(onStatement ? { onStatement } : {}),
};

describe.each(Object.entries(drivers))("%s", (_, make) => {
  const database = make();
  const value = async (text: string, ...params: Param[]): Promise<unknown> =>
    (await database.run(statement(`select ${text} as value`, ...params)))[0]?.value;

  test.each<[string, string, Param, unknown]>([
    ["null", "$1::text", null, null],
    ["true", "$1::boolean", true, true],
    ["false", "$1::boolean", false, false],
    ["an integer", "$1::integer", -42, -42],
    ["a bigint beyond 2^53", "$1::bigint", "9007199254740993", "9007199254740993"],
    ["a safe integer as bigint", "$1::bigint", 9007199254740991, "9007199254740991"],
    ["a numeric", "$1::numeric", "12345678901234567890.10", "12345678901234567890.10"],
    ["text that looks like a number", "$1::text", "007", "007"],
    ["unicode", "$1::text", "Zoë 🏦 𝒳 'quoted\" \\", "Zoë 🏦 𝒳 'quoted\" \\"],
    ["an empty text", "$1::text", "", ""],
    ["JSON text", "$1::text::jsonb", '{"a":[1,"x",null]}', { a: [1, "x", null] }],
    ["a JSON string", "$1::text::jsonb", '"x"', "x"],
    ["a uuid array", "$1::text::uuid[]", "{}", []],
    ["a text array", "$1::text::text[]", '{a,"b c",NULL,"q\\"x"}', ["a", "b c", null, 'q"x']],
    ["a date, as text", "$1::date", "2026-02-28", "2026-02-28"],
  ])("carries %s there and back", async (_kind, text, param, expected) => {
    expect(await value(text, param)).toEqual(expected);
  });

  test("answers a timestamptz as Date and sends its microseconds whole", async () => {
    const sent = "2026-11-02T09:30:00.123456Z";
    expect(await value("$1::timestamptz", sent)).toEqual(new Date("2026-11-02T09:30:00.123Z"));
    expect(await value("extract(microseconds from $1::timestamptz)::integer", sent)).toBe(123456);
  });

  test("answers plain rows, and none for a statement without", async () => {
    const rows = await database.run(statement("select 1 as a, 2 as b where $1::boolean", true));
    expect(rows).toStrictEqual([{ a: 1, b: 2 }]);
    const none = await database.run(statement("select 1 as a where $1::boolean", false));
    expect(none).toStrictEqual([]);
  });

  test("carries a value of a megabyte", async () => {
    expect(await value("length($1::text)", "ö".repeat(1_048_576))).toBe(1_048_576);
  });

  test("refuses an undefined parameter before sending", async () => {
    const broken = statement("select $1::text", undefined as unknown as Param);
    await expect(database.run(broken)).rejects.toThrow("under_test: parameter $1 is undefined");
    await expect(database.batch([statement("select 1"), broken])).rejects.toThrow(TypeError);
    expect(await value("1")).toBe(1);
  });

  test("a NUL character is PostgreSQL's refusal, and the connection goes on", async () => {
    expect(await failure(value("$1::text", "a\0b"))).toMatchObject({ sqlState: "22021" });
    expect(await value("1")).toBe(1);
  });

  test("a violated constraint is named, and no parameter is in the error", async () => {
    const insert = "insert into things values ($1::integer, $2::bigint)";
    const error = await failure(database.run(statement(insert, 666_001, -31337)));
    expect(error).toBeInstanceOf(DatabaseRejected);
    expect(error).toMatchObject({ sqlState: "23514", constraint: "amount_positive" });
    expect(`${error}${(error as Error).stack}${JSON.stringify(error)}`).not.toMatch(/666001|31337/);
    expect((error as Error).cause).toBeUndefined();
  });

  test("a statement PostgreSQL cannot parse is refused without a constraint", async () => {
    const error = await failure(database.run(statement("selekt 1")));
    expect(error).toMatchObject({ name: "DatabaseRejected", sqlState: "42601" });
    expect((error as DatabaseRejected).constraint).toBeUndefined();
  });

  test("a batch applies all of its statements or none", async () => {
    const id = Math.floor(Math.random() * 1e9);
    const insert = (key: number, amount: number): Statement =>
      statement("insert into things values ($1::integer, $2::bigint) returning id", key, amount);
    const error = await failure(database.batch([insert(id, 1), insert(id, 2), insert(id + 1, 1)]));
    expect(error).toMatchObject({ sqlState: "23505", constraint: "things_pkey" });
    const count = "(select count(*)::integer from things where id in ($1::integer, $2::integer))";
    expect(await value(count, id, id + 1)).toBe(0);
    const rows = await database.batch([insert(id, 1), insert(id + 1, 1)]);
    expect(rows).toStrictEqual([[{ id }], [{ id: id + 1 }]]);
    expect(await value(count, id, id + 1)).toBe(2);
  });

  test("a batch without statements answers nothing", async () => {
    expect(await database.batch([])).toEqual([]);
  });

  test("a batch runs in the isolation and access mode that it asks for", async () => {
    const show = statement("select current_setting('transaction_isolation') as level");
    expect(await database.batch([show])).toEqual([[{ level: "read committed" }]]);
    expect(await database.batch([show], { isolation: "Serializable" })).toEqual([
      [{ level: "serializable" }],
    ]);
    expect(await database.batch([show], { isolation: "RepeatableRead" })).toEqual([
      [{ level: "repeatable read" }],
    ]);
    const write = statement("delete from things");
    expect(await failure(database.batch([write], { readOnly: true }))).toMatchObject({
      sqlState: "25006",
    });
  });

  test("a statement that outlasts its caller's patience has an unknown fate", async () => {
    const started = performance.now();
    const slow = database.run(statement("select pg_sleep(2)"), { timeoutMs: 200 });
    expect(await failure(slow)).toMatchObject({ name: "DatabaseUnreachable", sent: true });
    expect(performance.now() - started).toBeLessThan(1_500);
    expect(await value("1")).toBe(1);
  });

  test("a backend that is shut down under a statement leaves its fate unknown", async () => {
    const marker = `victim ${Math.random()}`;
    const slow = failure(database.run(statement(`select pg_sleep(20), '${marker}'`)));
    const kill = statement(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where query like '%' || $1::text || '%' and pid <> pg_backend_pid() and state = 'active'
         and datname = current_database()`,
      marker,
    );
    while ((await admin.run(kill)).length === 0) await new Promise((next) => setTimeout(next, 20));
    expect(await slow).toMatchObject({ name: "DatabaseUnreachable", sent: true });
    expect(await value("1")).toBe(1);
  });

  test("each statement is told of once, with PostgreSQL's code where it failed", async () => {
    const events: StatementEvent[] = [];
    const before = Date.now();
    const watched = make((event) => events.push(event));
    await watched.run(statement("select 1"));
    await failure(watched.run(statement("selekt 1")));
    await watched.batch([statement("select 1"), { ...statement("select 2"), name: "second" }]);
    const told = events.map(({ startedAt: _at, durationMs: _ms, ...event }) => event);
    expect(told).toEqual([
      { name: "under_test", ok: true },
      { name: "under_test", ok: false, sqlState: "42601" },
      { name: "under_test", ok: true },
      { name: "second", ok: true },
    ]);
    expect(events.every(({ durationMs }) => durationMs > 0)).toBe(true);
    expect(events.every(({ startedAt }) => startedAt >= before)).toBe(true);
  });

  test("many statements at once all get their own answer", async () => {
    const numbers = Array.from({ length: 200 }, (_, at) => at);
    expect(await Promise.all(numbers.map((number) => value("$1::integer", number)))).toEqual(
      numbers,
    );
  });
});

describe("no answer", () => {
  const sleepless = statement("select 1");

  test("a refused connection means that nothing was sent", async () => {
    const port = await freePort();
    const tcp = postgresDatabase({ url: `postgres://u:p@127.0.0.1:${port}/db` });
    const http = neonDatabase({ url, endpoint: `http://127.0.0.1:${port}/sql` });
    for (const database of [tcp, http]) {
      const error = await failure(database.run(sleepless));
      expect(error).toBeInstanceOf(DatabaseUnreachable);
      expect(error).toMatchObject({ sent: false });
    }
    await tcp.close();
  });

  test("a database that does not exist means that nothing was sent", async () => {
    const elsewhere = url.replace(/[^/]+$/, "no_such_database");
    const tcp = postgresDatabase({ url: elsewhere });
    const http = neonDatabase({ url: elsewhere, endpoint: neonEndpoint });
    for (const database of [tcp, http]) {
      expect(await failure(database.run(sleepless))).toMatchObject({
        name: "DatabaseUnreachable",
        sent: false,
      });
    }
    await tcp.close();
  });

  test("a server that takes the connection and says nothing: fate unknown", async () => {
    const silent = createServer((socket) => void socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const http = neonDatabase({ url, endpoint: `http://127.0.0.1:${port}/sql` });
    const error = await failure(http.run(sleepless, { timeoutMs: 200 }));
    expect(error).toMatchObject({ name: "DatabaseUnreachable", sent: true });
    silent.close();
  });

  test("an answer dropped after the statement was applied: one effect, fate unknown", async () => {
    const insert = statement("insert into things values (-1, 1)");
    const lossy = await open.neonWithFaults({ dropAnswer: (body) => body.includes("insert") });
    expect(await failure(lossy.run(insert))).toMatchObject({
      name: "DatabaseUnreachable",
      sent: true,
    });
    expect(
      await lossy.run(statement("select count(*)::integer as n from things where id = -1")),
    ).toEqual([{ n: 1 }]);
  });

  test("an error status that is not PostgreSQL's says nothing of the statement's fate", async () => {
    const http = neonDatabase({ url, endpoint: neonEndpoint.replace("/sql", "/elsewhere") });
    expect(await failure(http.run(sleepless))).toMatchObject({
      name: "DatabaseUnreachable",
      sent: true,
    });
  });

  test("who waited for a free connection in vain has sent nothing, and the pool recovers", async () => {
    const narrow = open.postgres({ connections: 1 });
    const slow = narrow.run(statement("select pg_sleep(0.6)"));
    const waiting = failure(narrow.run(sleepless, { timeoutMs: 100 }));
    expect(await waiting).toMatchObject({ name: "DatabaseUnreachable", sent: false });
    await slow;
    expect(await narrow.run(sleepless)).toHaveLength(1);
  });

  test("the server stops a statement at its limit, which is a definite failure", async () => {
    const strict = open.postgres({ statementTimeoutMs: 100 });
    expect(await failure(strict.run(statement("select pg_sleep(5)")))).toMatchObject({
      name: "DatabaseRejected",
      sqlState: "57014",
    });
  });
});
