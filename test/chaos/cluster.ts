import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { createDatabase, databaseUrl } from "../../scripts/databases.ts";
import { hasEnded } from "../../scripts/guarded-child.ts";
import { loadMigrations } from "../../scripts/migrations.ts";
import { type Postgres, startPostgres } from "../../scripts/postgres.ts";
import { migrate } from "../../src/db/migrate.ts";
import { familyOf } from "../support/processes.ts";
import { urlThrough } from "../support/proxy.ts";
import type { Disks } from "./disks.ts";
import { startWire, type Wire } from "./wire.ts";

/** A PostgreSQL that somebody kills, and that is started again whenever it has ended. */
export interface Cluster {
  /** The only way that Purser knows. */
  readonly wire: Wire;
  /** Purser's database by way of the wire. */
  readonly url: string;
  /** Past the wire; another one after each start. */
  directUrl(): string;
  /** How often it has been started. */
  readonly starts: number;
  /** Kills the postmaster and all its children at once; it stays down for so long. */
  crash(downMs: number): Promise<void>;
  /** Kills one process that serves a connection of Purser: PostgreSQL then ends all others, and recovers. */
  killBackend(): Promise<void>;
  /** Answers when connections are accepted and statements answered. */
  untilAccepting(): Promise<void>;
  query(text: string): Promise<readonly Record<string, unknown>[]>;
  /** How often its log has this text. */
  logged(text: string): Promise<number>;
  stop(): Promise<void>;
}

const database = "purser";

export const startCluster = async (folder: string, disks: Disks | undefined): Promise<Cluster> => {
  const start = (): Promise<Postgres> =>
    startPostgres({
      folder,
      ...(disks && {
        dataFolder: join(disks.data.folder, "data"),
        walFolder: join(disks.wal.folder, "wal"),
        // The log shares its small disk with nothing; it must not fill it by itself.
        settings: { max_wal_size: "96MB", min_wal_size: "32MB" },
      }),
    });
  const wire = await startWire();
  let server = await start();
  wire.leadTo(Number(new URL(server.url).port));
  let starts = 1;
  let keptDown = false;
  let stopped = false;

  const directUrl = (): string => databaseUrl(server.url, database);
  await migrate(await createDatabase(server.url, database), await loadMigrations());

  const supervised = (async () => {
    while (!stopped) {
      await sleep(20);
      if (keptDown || stopped || !hasEnded(server.process)) continue;
      await server.stop();
      try {
        server = await start();
        starts += 1;
        wire.leadTo(Number(new URL(server.url).port));
      } catch {
        // It cannot, as on a disk that is still full. A service manager tries again and again.
        await sleep(200);
      }
    }
  })();

  const query = async (text: string): Promise<readonly Record<string, unknown>[]> => {
    const sql = postgres(directUrl(), {
      max: 1,
      connect_timeout: 2,
      fetch_types: false,
      onnotice: () => {},
    });
    try {
      return [...(await sql.unsafe(text))];
    } finally {
      await sql.end({ timeout: 1 });
    }
  };

  return {
    wire,
    url: urlThrough(directUrl(), wire),
    directUrl,
    get starts() {
      return starts;
    },
    crash: async (downMs) => {
      keptDown = true;
      await killFamily(server);
      await sleep(downMs);
      keptDown = false;
    },
    killBackend: async () => {
      const [row] = await query(
        `select pid from pg_stat_activity where application_name = 'purser'
        or (datname = '${database}' and pid <> pg_backend_pid())
        order by state = 'active' desc, random() limit 1`,
      );
      if (!row) throw new Error("Purser has no connection to kill");
      process.kill(Number(row["pid"]), "SIGKILL");
    },
    untilAccepting: async () => {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const answered = await query("select 1").then(
          () => true,
          () => false,
        );
        if (answered) return;
        if (Date.now() > deadline) throw new Error("PostgreSQL accepts no connections");
        await sleep(20);
      }
    },
    query,
    logged: async (text) =>
      (await readFile(join(folder, "postgres.log"), "utf8")).split(text).length - 1,
    stop: async () => {
      stopped = true;
      await supervised;
      await wire.stop();
      await server.stop();
    },
  };
};

/**
 * A backend whose postmaster has died would end the statement it is at, and commit it. In a
 * real crash it does not: so the postmaster may make no more of them, and then all die.
 */
const killFamily = async ({ process: postmaster }: Postgres): Promise<void> => {
  if (hasEnded(postmaster) || postmaster.pid === undefined) return;
  const ended = once(postmaster, "exit");
  postmaster.kill("SIGSTOP");
  for (const pid of familyOf(postmaster.pid)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone already.
    }
  }
  await ended;
};
