import { once } from "node:events";
import { chmod, chown, cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { createDatabase, databaseUrl } from "../../scripts/databases.ts";
import { loadMigrations } from "../../scripts/migrations.ts";
import { type Postgres, startPostgres } from "../../scripts/postgres.ts";
import { postgresAccount } from "../../scripts/postgres-account.ts";
import { migrate } from "../../src/db/migrate.ts";
import { onFileEnd } from "./cleanup.ts";
import { familyOf } from "./processes.ts";

/** A primary with Purser's database, and a hot standby that streams from it: two real servers. */
export interface Pair {
  readonly primaryUrl: string;
  standbyUrl(): string;
  /** A connection to each. */
  readonly primary: postgres.Sql;
  readonly standby: postgres.Sql;
  /** Applies nothing more of what it receives, as a standby that cannot keep up. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Answers when the standby has applied all that the primary has acknowledged so far. */
  untilCaughtUp(): Promise<void>;
  /** Ends the standby at once, with all that it does. */
  killStandby(): Promise<void>;
  /** Somewhere else than before. */
  restartStandby(): Promise<void>;
  /** Stops the standby's processes in the middle of whatever they do, or lets them go on. */
  freezeStandby(frozen: boolean): void;
}

const database = "purser";

/** `standbySettings` are PostgreSQL's. */
export const startPair = async (
  standbySettings: Readonly<Record<string, string>> = {},
): Promise<Pair> => {
  const root = await mkdtemp(join(tmpdir(), "purser-pair-"));
  onFileEnd(() => rm(root, { recursive: true, force: true }));
  // PostgreSQL's own account must get through.
  await chmod(root, 0o755);
  const primaryFolder = join(root, "primary");
  const primary = await startPostgres({ folder: primaryFolder });
  onFileEnd(primary.stop);
  const primaryUrl = await createDatabase(primary.url, database);
  await migrate(primaryUrl, await loadMigrations());
  const folder = join(root, "standby");
  await copyCluster(primary, primaryFolder, folder);
  const start = () => startPostgres({ folder, settings: standbySettings });
  let standby = await start();
  onFileEnd(() => standby.stop());
  const standbyUrl = (): string => databaseUrl(standby.url, database);
  const onPrimary = connection(primaryUrl);
  let onStandby = connection(standbyUrl());
  return {
    primaryUrl,
    standbyUrl,
    primary: onPrimary,
    get standby() {
      return onStandby;
    },
    pause: async () => {
      await onStandby`select pg_wal_replay_pause()`;
      for (;;) {
        const [row] = await onStandby`select pg_get_wal_replay_pause_state() as state`;
        if (row?.["state"] === "paused") return;
        await sleep(5);
      }
    },
    resume: async () => {
      await onStandby`select pg_wal_replay_resume()`;
    },
    untilCaughtUp: async () => {
      const [written] = await onPrimary`select pg_current_wal_flush_lsn()::text as lsn`;
      for (;;) {
        const [row] = await onStandby`
          select pg_last_wal_replay_lsn() >= ${written?.["lsn"]}::text::pg_lsn as reached`;
        if (row?.["reached"]) return;
        await sleep(5);
      }
    },
    killStandby: async () => {
      const ended = once(standby.process, "exit");
      signal(standby, "SIGKILL");
      await ended;
    },
    restartStandby: async () => {
      await standby.stop();
      standby = await start();
      onStandby = connection(standbyUrl());
    },
    freezeStandby: (frozen) => signal(standby, frozen ? "SIGSTOP" : "SIGCONT"),
  };
};

const signal = ({ process: postmaster }: Postgres, name: NodeJS.Signals): void => {
  for (const pid of familyOf(postmaster.pid as number)) {
    try {
      process.kill(pid, name);
    } catch {
      // Gone already.
    }
  }
};

const connection = (url: string): postgres.Sql => {
  const sql = postgres(url, { max: 2, fetch_types: false, onnotice: () => {} });
  onFileEnd(() => sql.end({ timeout: 1 }));
  return sql;
};

/**
 * A base backup of a running server by PostgreSQL's own functions; npm's binaries have no
 * pg_basebackup. What the copy misses it gets as it streams.
 */
const copyCluster = async (primary: Postgres, from: string, to: string): Promise<void> => {
  const sql = postgres(primary.url, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    await sql`select pg_backup_start('standby', true)`;
    await cp(from, to, { recursive: true, filter: (path) => !notCopied.test(path) });
    const [label] = await sql`select labelfile from pg_backup_stop(false)`;
    await writeFile(join(to, "data", "backup_label"), String(label?.["labelfile"]));
  } finally {
    await sql.end({ timeout: 1 });
  }
  const { hostname, port, username, password } = new URL(primary.url);
  const upstream = `host=${hostname} port=${port} user=${username} password=${password}`;
  await writeFile(join(to, "data", "standby.signal"), "");
  // In a file, because other users see a process's arguments.
  await writeFile(join(to, "data", "postgresql.auto.conf"), `primary_conninfo = '${upstream}'\n`);
  await handOver(to);
};

const notCopied = /(postmaster\.(pid|opts)|pg_wal\/.+|postgres\.log|owner)$/;

/** To the account that PostgreSQL runs as, where that is not ours. */
const handOver = async (folder: string): Promise<void> => {
  await chmod(join(folder, "data"), 0o700);
  const account = await postgresAccount();
  if (!account) return;
  const paths = await readdir(folder, { recursive: true });
  for (const path of ["", ...paths]) await chown(join(folder, path), account.uid, account.gid);
};
