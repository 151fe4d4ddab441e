import postgres from "postgres";
import { expect, test } from "vitest";
import { loadMigrations } from "../../scripts/migrations.ts";
import { emptyDatabase, testDatabase } from "../../test/support/database.ts";
import type { Context } from "./contexts.ts";
import type { Row } from "./database.ts";
import { latestTag } from "./latest-migration.ts";
import { type Migration, MigrationsDiverged, migrate } from "./migrate.ts";
import { byStatement } from "./migration-steps.ts";
import { databaseReadiness, latestMigration } from "./readiness.ts";

const first: Migration = {
  tag: "0000_first",
  sql: "create table a (id integer primary key);\n--> statement-breakpoint\ncreate table b ();",
};
const second: Migration = {
  tag: "0001_second",
  sql: "alter table a add column name text not null default 'none';",
};

const concurrent: Migration = {
  tag: "0001_concurrent",
  sql: `${byStatement}
drop index concurrently if exists a_by_id;
--> statement-breakpoint
create unique index concurrently a_by_id on a (id);
--> statement-breakpoint
create table if not exists c ();`,
};

const rows = async (url: string, text: string): Promise<Row[]> => {
  const sql = postgres(url, { max: 1, fetch_types: false });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
};

test("applies what is missing, in order, and nothing twice", async () => {
  const { url } = await emptyDatabase();
  expect(await migrate(url, [first])).toEqual(["0000_first"]);
  expect(await migrate(url, [first])).toEqual([]);
  expect(await migrate(url, [first, second])).toEqual(["0001_second"]);
  expect(await migrate(url, [first, second])).toEqual([]);
});

test("migrators at the same time apply each migration once", async () => {
  const { url } = await emptyDatabase();
  const slow = { tag: "0002_slow", sql: "select pg_sleep(0.2); create table d ();" };
  // It would wait for ever for migrators that wait in the database.
  const index = { ...concurrent, tag: "0003_concurrent" };
  const all = [first, second, slow, index];
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(url, all)));
  expect(applied.flat()).toEqual(all.map(({ tag }) => tag));
});

test("works on a populated database", async () => {
  const { url } = await emptyDatabase();
  await migrate(url, [first]);
  await rows(url, "insert into a select generate_series(1, 1000)");
  await migrate(url, [first, second]);
  expect(await rows(url, "select count(*)::integer as n from a where name = 'none'")).toEqual([
    { n: 1000 },
  ]);
});

test("a migration that fails leaves nothing of itself, and the ones before it stay", async () => {
  const { url } = await emptyDatabase();
  const broken = {
    tag: "0001_broken",
    sql: "create table c ();\n--> statement-breakpoint\ninsert into a values (1), (1);",
  };
  await expect(migrate(url, [first, broken])).rejects.toMatchObject({ code: "23505" });
  expect(await rows(url, "select to_regclass('c') as c, to_regclass('a')::text as a")).toEqual([
    { c: null, a: "a" },
  ]);
  expect(await migrate(url, [first, second])).toEqual(["0001_second"]);
});

test("a migration changed after it was applied is refused, whatever its line ends", async () => {
  const { url } = await emptyDatabase();
  await migrate(url, [first]);
  const windows = { ...first, sql: first.sql.replaceAll("\n", "\r\n") };
  expect(await migrate(url, [windows])).toEqual([]);
  const changed = { ...first, sql: `${first.sql} -- edited` };
  await expect(migrate(url, [changed, second])).rejects.toThrow("0000_first was changed");
  await expect(migrate(url, [second])).rejects.toThrow("The database has 0000_first");
});

test("a database ahead of the code is left alone", async () => {
  const { url } = await emptyDatabase();
  await migrate(url, [first, second]);
  expect(await migrate(url, [first])).toEqual([]);
});

test("gives up on a table that stays locked, rather than blocking everyone behind it", async () => {
  const { url } = await emptyDatabase();
  await migrate(url, [first]);
  const holder = postgres(url, { max: 1, fetch_types: false });
  await holder.begin(async (sql) => {
    await sql`select count(*) from a`;
    const attempt = migrate(url, [first, second], { lockTimeoutMs: 200, lockPatienceMs: 900 });
    await expect(attempt).rejects.toMatchObject({ code: "55P03" });
  });
  await holder.end();
  expect(await migrate(url, [first, second])).toEqual(["0001_second"]);
});

test("tries again for a lock, and lets those behind it through in between", async () => {
  const { url } = await emptyDatabase();
  await migrate(url, [first]);
  const holder = postgres(url, { max: 1, fetch_types: false });
  const migrated = await holder.begin(async (sql) => {
    await sql`select count(*) from a`;
    const attempt = migrate(url, [first, second], { lockTimeoutMs: 200 });
    await expect
      .poll(() => rows(url, "select from pg_locks where not granted and relation = 'a'::regclass"))
      .toHaveLength(1);
    // It waits behind the migration, which waits for the holder.
    expect(await rows(url, "select count(*)::integer as n from a")).toEqual([{ n: 0 }]);
    return { attempt };
  });
  expect(await migrated.attempt).toEqual(["0001_second"]);
  await holder.end();
});

test("runs statement by statement what cannot be in a transaction", async () => {
  const { url } = await emptyDatabase();
  await migrate(url, [first]);
  const holder = postgres(url, { max: 1, fetch_types: false });
  const applied = await holder.begin(async (sql) => {
    // An index is complete only when nobody is left who may not know of it.
    await sql`lock table a in row exclusive mode`;
    const attempt = migrate(url, [first, concurrent], { lockTimeoutMs: 100, lockPatienceMs: 0 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await rows(url, "insert into a values (1)");
    return { attempt };
  });
  await holder.end();
  expect(await applied.attempt).toEqual(["0001_concurrent"]);
  expect(
    await rows(url, "select indisvalid from pg_index where indexrelid = 'a_by_id'::regclass"),
  ).toEqual([{ indisvalid: true }]);
});

test("what ended halfway is run again from the start", async () => {
  const { url } = await emptyDatabase();
  await migrate(url, [first]);
  await rows(url, "alter table a drop constraint a_pkey; insert into a values (1), (1)");
  await expect(migrate(url, [first, concurrent])).rejects.toMatchObject({ code: "23505" });
  const invalid = "select from pg_index where not indisvalid";
  expect(await rows(url, invalid)).toHaveLength(1);
  await rows(url, "truncate a");
  expect(await migrate(url, [first, concurrent])).toEqual(["0001_concurrent"]);
  expect(await rows(url, invalid)).toEqual([]);
});

test("readiness tells a database without migrations from a current one and from none", async () => {
  const empty = (await emptyDatabase()).neon();
  expect(await latestMigration(empty)).toBeNull();
  expect(await databaseReadiness(empty)).toEqual({ database: true, migrations: false });
  const current = (await testDatabase()).postgres();
  expect(await latestMigration(current)).toBe(latestTag);
  expect(await databaseReadiness(current)).toEqual({ database: true, migrations: true });
  const lost = await (await emptyDatabase()).neonWithFaults({ dropRequest: () => true });
  expect(await databaseReadiness(lost)).toEqual({ database: false, migrations: false });
});

test("this version's migrations are the journal's, and no constraint is checked late", async () => {
  expect((await loadMigrations()).at(-1)?.tag).toBe(latestTag);
  // `run` of the postgres.js driver would not hear of a failure at commit.
  const { url } = await testDatabase();
  expect(await rows(url, "select conname from pg_constraint where condeferrable")).toEqual([]);
});

/** Every table, index, constraint and function of the contexts, as PostgreSQL describes them. */
const objectsOf = async (url: string): Promise<string[]> => {
  const found = await rows(
    url,
    `select object from (
      select c.oid::regclass || ' ' || c.relkind::text || ' ' ||
        coalesce(pg_get_indexdef(i.indexrelid), '') || coalesce(c.reloptions::text, '') ||
        coalesce((select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
          from pg_attribute where attrelid = c.oid and attnum > 0), '') as object
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
        left join pg_index i on i.indexrelid = c.oid
      where n.nspname in ('directory', 'wallets')
      union all
      select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(o.oid)
      from pg_constraint o join pg_namespace n on n.oid = o.connamespace
      where n.nspname in ('directory', 'wallets')
      union all
      select pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ('directory', 'wallets')
    ) as objects order by 1`,
  );
  return found.map(({ object }) => String(object));
};

test("each context can have a database of its own, and both together are the whole", async () => {
  const all = await loadMigrations();
  const part = async (context: Context) => {
    const database = await emptyDatabase();
    expect(await migrate(database.url, all, { context })).toEqual(all.map(({ tag }) => tag));
    expect(await migrate(database.url, all, { context })).toEqual([]);
    expect(await databaseReadiness(database.postgres())).toEqual({
      database: true,
      migrations: true,
    });
    return objectsOf(database.url);
  };
  const [directory, wallets] = await Promise.all([part("directory"), part("wallets")]);
  expect(directory.filter((object) => object.includes("wallets."))).toEqual([]);
  expect(wallets.filter((object) => object.includes("directory."))).toEqual([]);
  const whole = await objectsOf((await testDatabase()).url);
  expect([...directory, ...wallets].sort()).toEqual(whole.sort());
  expect(directory.length).toBeGreaterThan(20);
});

test("a database of one context is taken for no other, nor for the whole", async () => {
  const all = await loadMigrations();
  const { url } = await emptyDatabase();
  await migrate(url, all, { context: "wallets" });
  for (const options of [{ context: "directory" }, {}] as const) {
    await expect(migrate(url, all, options)).rejects.toThrow(MigrationsDiverged);
  }
  const { url: whole } = await testDatabase();
  await expect(migrate(whole, all, { context: "directory" })).rejects.toThrow(MigrationsDiverged);
});

test.each(["create extension x", "create view wallets.v as select from directory.users"])(
  "a statement that no single context owns is refused where there is one: %s",
  async (sql) => {
    const { url } = await emptyDatabase();
    const migration = { tag: "0000_first", sql };
    await expect(migrate(url, [migration], { context: "wallets" })).rejects.toThrow("must name");
  },
);
