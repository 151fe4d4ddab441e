import { type ChildProcess, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { chown, mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type GuardedChild, hasEnded, spawnGuarded } from "./guarded-child.ts";
import {
  type Account,
  postgresAccount,
  postgresBinaries,
  reachableFolder,
  temporaryRoot,
} from "./postgres-account.ts";

export interface PostgresOptions {
  /** Keep the data here; without it the data is thrown away when the server stops. */
  readonly folder?: string;
  /** Where the data is, if not in the folder, and its write-ahead log, if not in the data. */
  readonly dataFolder?: string;
  readonly walFolder?: string;
  /** More settings, or others. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Postgres {
  /** The server's maintenance database; make databases of your own from it. */
  readonly url: string;
  /** The postmaster. */
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Settings of a small machine, with every guarantee of durability left on. */
const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "128MB",
  max_wal_size: "1GB",
  checkpoint_timeout: "15min",
  random_page_cost: "1.1",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  log_min_error_statement: "panic",
};

/** Starts a PostgreSQL server of our own on a free port of the loopback interface. */
export const startPostgres = async (options: PostgresOptions = {}): Promise<Postgres> => {
  const account = await postgresAccount();
  const binaries = await postgresBinaries(account);
  const throwaway = options.folder === undefined;
  const folder = throwaway
    ? await mkdtemp(join(await temporaryRoot(account), "purser-postgres-"))
    : await reachableFolder(options.folder, account);
  await mkdir(folder, { recursive: true });
  if (account) await chown(folder, account.uid, account.gid);
  const data = options.dataFolder ?? join(folder, "data");
  await stopLeftover(folder, data);
  const password = await initialise(binaries.initdb, folder, data, account, options.walFolder);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = await launch({
      postgres: binaries.postgres,
      folder,
      data,
      port,
      account,
      throwaway,
      settings: { ...settings, ...options.settings },
    });
    const state = await untilReady(server, data);
    if (state === "ready") {
      await writeFile(join(folder, "owner"), String(process.pid));
      return {
        url: `postgres://purser:${password}@127.0.0.1:${port}/postgres`,
        process: server.process,
        stop: async () => {
          await server.stop();
          await rm(throwaway ? folder : join(folder, "owner"), { recursive: true, force: true });
        },
      };
    }
    await server.stop();
    const log = (await readFile(join(folder, "postgres.log"), "utf8")).split("\n").slice(-12);
    // Somebody else may take the free port before the server does.
    if (attempt === 3) throw new Error(`PostgreSQL did not start:\n${log.join("\n")}`);
  }
};

/** Makes the cluster if there is none; a cluster without its password was never finished. */
const initialise = async (
  initdb: string,
  folder: string,
  data: string,
  account: Account,
  wal: string | undefined,
): Promise<string> => {
  const passwordFile = join(folder, "password");
  if (existsSync(passwordFile)) return (await readFile(passwordFile, "utf8")).trim();
  await rm(data, { recursive: true, force: true });
  const password = randomBytes(18).toString("base64url");
  const handover = join(folder, "password.new");
  await writeFile(handover, `${password}\n`, { mode: 0o600 });
  if (account) await chown(handover, account.uid, account.gid);
  const flags = [
    `--pgdata=${data}`,
    ...(wal === undefined ? [] : [`--waldir=${wal}`]),
    "--username=purser",
    `--pwfile=${handover}`,
    "--auth=password",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
  ];
  execFileSync(initdb, flags, { ...account, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await rm(handover, { force: true });
  return password;
};

interface Launch {
  readonly postgres: string;
  readonly folder: string;
  readonly data: string;
  readonly port: number;
  readonly account: Account;
  readonly throwaway: boolean;
  readonly settings: Readonly<Record<string, string>>;
}

const launch = async (options: Launch): Promise<GuardedChild> => {
  const { postgres, folder, data, port, account, throwaway, settings } = options;
  const log = await open(join(folder, "postgres.log"), "a");
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawnGuarded(postgres, ["-D", data, "-p", String(port), ...flags], {
    account,
    cwd: folder,
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    output: [log.fd, log.fd],
    // Fast shutdown: ends sessions, and leaves nothing to recover.
    signal: "SIGINT",
    remove: throwaway ? folder : undefined,
  });
  await log.close();
  return server;
};

/** `postmaster.pid` has the server's state in its eighth line; pg_ctl waits for it too. */
const untilReady = async (
  { process: server }: GuardedChild,
  data: string,
): Promise<"ready" | "failed"> => {
  for (let waited = 0; waited < 60_000; waited += 25) {
    if (hasEnded(server)) return "failed";
    const lines = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split(
      "\n",
    );
    if (Number(lines[0]) === server.pid && lines[7]?.trim() === "ready") return "ready";
    await sleep(25);
  }
  return "failed";
};

/** A server whose owner died hard is stopped; one whose owner lives is not ours to touch. */
const stopLeftover = async (folder: string, data: string): Promise<void> => {
  const pidFile = join(data, "postmaster.pid");
  if (!existsSync(pidFile)) return;
  const pid = Number((await readFile(pidFile, "utf8")).split("\n")[0]);
  const runs = () => commandOf(pid).includes(data);
  if (runs()) {
    const owner = Number(await readFile(join(folder, "owner"), "utf8").catch(() => "0"));
    if (owner > 0 && owner !== process.pid && commandOf(owner).includes("node")) {
      throw new Error(`The database in ${folder} is in use by process ${owner}.`);
    }
    process.kill(pid, "SIGINT");
    for (let waited = 0; runs() && waited < 20_000; waited += 100) await sleep(100);
  }
  // Process numbers repeat (in containers at once), and PostgreSQL would take a stranger for itself.
  await rm(pidFile, { force: true });
};

const commandOf = (pid: number): string => {
  try {
    return existsSync("/proc/self/cmdline")
      ? readFileSync(`/proc/${pid}/cmdline`, "utf8")
      : execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
};

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
