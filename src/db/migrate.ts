import postgres from "postgres";
import { type Context, contexts } from "./contexts.ts";
import { statementsOf } from "./migration-context.ts";
import { isConcurrent, runsByStatement } from "./migration-steps.ts";
import { pause } from "./pause.ts";

export interface Migration {
  /** Its file's name without `.sql`, as in drizzle-kit's journal. */
  readonly tag: string;
  readonly sql: string;
}

export interface MigrateOptions {
  /** Only this context's schema; both where nothing is said. */
  readonly context?: Context | undefined;
  /** Wait at most this long for another migrator. */
  readonly migratorWaitMs?: number;
  /**
   * Wait at most this long at once for a lock on a table: whoever comes after a waiting
   * migration waits for it, too.
   */
  readonly lockTimeoutMs?: number;
  /** Try again for the lock, with pauses in which the others get on, for at most this long. */
  readonly lockPatienceMs?: number;
  /** Called before a migration is applied, for progress. */
  readonly onApply?: (tag: string) => void;
}

/** The database and these migrations do not belong together; nothing was changed. */
export class MigrationsDiverged extends Error {
  override readonly name = "MigrationsDiverged";
}

/** One number for every Purser database; advisory locks are per database. */
const advisoryLock = 7_283_412_001;

/**
 * Applies the migrations that the database lacks, in order, each in a transaction
 * with its record or statement by statement, and answers their tags. Safe to run twice, at the same time
 * too: one connection holds an advisory lock, so the URL must not lead through a
 * pooler that shares sessions between transactions.
 *
 * A database that is ahead of this code is left alone, since a rolling deploy
 * starts old code on it; one whose migrations differ is refused.
 */
export const migrate = async (
  url: string,
  migrations: readonly Migration[],
  options: MigrateOptions = {},
): Promise<string[]> => {
  const sql = postgres(url, {
    max: 1,
    fetch_types: false,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: "purser-migrate", statement_timeout: 0 },
  });
  try {
    await takeTurn(sql, options.migratorWaitMs ?? 300_000);
    await sql.unsafe(`set lock_timeout = ${Math.trunc(options.lockTimeoutMs ?? 1_000)}`);
    await sql`
      create table if not exists purser_migrations (
        position integer primary key,
        tag text not null unique,
        sha256 text not null,
        applied_at timestamptz not null default now()
      )`;
    await assertContexts(sql, options.context);
    const pending = await pendingOf(sql, migrations);
    for (const migration of pending) {
      options.onApply?.(migration.tag);
      await apply(sql, migration, migrations.indexOf(migration), options);
    }
    return pending.map(({ tag }) => tag);
  } finally {
    // Ends the session, and with it the advisory lock.
    await sql.end({ timeout: 5 });
  }
};

/**
 * Asks again and again, rather than waiting in the database: a statement that waits keeps
 * its snapshot, and an index that is built concurrently waits for all snapshots to go.
 */
const takeTurn = async (sql: postgres.Sql, waitMs: number): Promise<void> => {
  const end = Date.now() + waitMs;
  for (;;) {
    const [row] = await sql<{ taken: boolean }[]>`
      select pg_try_advisory_lock(${advisoryLock}::bigint) as taken`;
    if (row?.taken) return;
    if (Date.now() > end) throw new Error("Another migrator did not end.");
    await pause(100);
  }
};

/** What was migrated for one context has no record of what it lacks of the other. */
const assertContexts = async (sql: postgres.Sql, context: Context | undefined): Promise<void> => {
  const rows = await sql<{ nspname: string }[]>`
    select nspname from pg_namespace where nspname in ${sql(contexts)} order by 1`;
  const has = rows.map(({ nspname }) => nspname).join(" and ");
  const wanted = context ?? contexts.join(" and ");
  if (has !== "" && has !== wanted) {
    throw new MigrationsDiverged(`The database is one for ${has}, and not for ${wanted}.`);
  }
};

const pendingOf = async (
  sql: postgres.Sql,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> => {
  const applied = await sql<{ tag: string; sha256: string }[]>`
    select tag, sha256 from purser_migrations order by position`;
  for (const [position, { tag, sha256 }] of applied.entries()) {
    const migration = migrations[position];
    if (!migration) return [];
    if (migration.tag !== tag) {
      throw new MigrationsDiverged(
        `The database has ${tag} where this version has ${migration.tag}.`,
      );
    }
    if ((await sha256Of(migration.sql)) !== sha256) {
      throw new MigrationsDiverged(`${tag} was changed after it had been applied.`);
    }
  }
  return migrations.slice(applied.length);
};

const apply = async (
  sql: postgres.Sql,
  migration: Migration,
  position: number,
  options: MigrateOptions,
): Promise<void> => {
  const sha256 = await sha256Of(migration.sql);
  const statements = statementsOf(migration.sql, options.context);
  const record = (on: postgres.ISql) => on`
    insert into purser_migrations (position, tag, sha256)
    values (${position}, ${migration.tag}, ${sha256})`;
  if (runsByStatement(migration.sql)) {
    for (const statement of statements) {
      await untilUnlocked(options, () => runAlone(sql, statement));
    }
    await record(sql);
    return;
  }
  await untilUnlocked(options, () =>
    sql.begin(async (inside) => {
      for (const statement of statements) await inside.unsafe(statement);
      await record(inside);
    }),
  );
};

const runAlone = async (sql: postgres.Sql, statement: string): Promise<void> => {
  if (!isConcurrent(statement)) {
    await sql.unsafe(statement);
    return;
  }
  // Nobody waits behind it, so it may wait for the longest transaction that there is.
  const [row] = await sql<{ lock_timeout: string }[]>`show lock_timeout`;
  await sql.unsafe("set lock_timeout = 0");
  await sql.unsafe(statement);
  await sql.unsafe(`set lock_timeout = '${row?.lock_timeout}'`);
};

/** Tries again after `lock_not_available` and a deadlock: they leave nothing of what was tried. */
const untilUnlocked = async (options: MigrateOptions, work: () => Promise<unknown>) => {
  const { lockTimeoutMs = 1_000, lockPatienceMs = 60_000 } = options;
  const end = Date.now() + lockPatienceMs;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      const code = error instanceof postgres.PostgresError ? error.code : "";
      if (!["55P03", "40P01"].includes(code) || Date.now() + lockTimeoutMs > end) throw error;
    }
    await pause(lockTimeoutMs);
  }
};

const sha256Of = async (text: string): Promise<string> => {
  // A checkout with other line ends is the same migration.
  const bytes = new TextEncoder().encode(text.replaceAll("\r\n", "\n"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
};
