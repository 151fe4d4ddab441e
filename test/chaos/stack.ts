import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Runtime } from "../../scripts/dev/options.ts";
import { buildDocsAssets } from "../../scripts/docs-assets.ts";
import { spawnGuarded } from "../../scripts/guarded-child.ts";
import { startNeonEndpoint } from "../../scripts/neon-endpoint.ts";
import { postgresAccount, temporaryRoot } from "../../scripts/postgres-account.ts";
import { freshSecrets } from "../../scripts/secrets.ts";
import { targetOf, urlThrough } from "../support/proxy.ts";
import { startCluster } from "./cluster.ts";
import { mountDisks } from "./disks.ts";
import type { Stack } from "./faults.ts";
import type { Random } from "./random.ts";
import { startPurser } from "./servers.ts";
import { startWire } from "./wire.ts";

export interface StackOptions {
  readonly runtime: Runtime;
  readonly servers: number;
  readonly random: Random;
  readonly pace: number;
  readonly diskMegabytes: { readonly data: number; readonly wal: number };
}

export interface RunningStack extends Stack {
  readonly adminToken: string;
  /** Why there are no file systems to fill, if there are none. */
  readonly withoutDisks: string | undefined;
  /** Stops the servers, and answers their exit codes; PostgreSQL goes on. */
  stopServers(): Promise<(number | null)[]>;
  stop(): Promise<void>;
}

/** PostgreSQL and Purser as they are in production, with wires between that can be made to fail. */
export const startStack = async (options: StackOptions): Promise<RunningStack> => {
  const { runtime, random, pace, diskMegabytes } = options;
  const endings: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (let end = endings.pop(); end; end = endings.pop()) await end();
  };
  try {
    // What Workers serve besides.
    await buildDocsAssets();
    const account = await postgresAccount();
    const folder = await mkdtemp(join(await temporaryRoot(account), "purser-chaos-"));
    await chmod(folder, 0o755);
    // Nothing else would remove the folder if we were killed ourselves.
    const keeper = spawnGuarded("sleep", ["1000000"], {
      cwd: folder,
      env: process.env,
      output: [2, 2],
      signal: "SIGTERM",
      remove: folder,
    });
    endings.push(async () => {
      await keeper.stop();
      await rm(folder, { recursive: true, force: true });
    });
    const disks = await mountDisks(folder, diskMegabytes, account);
    if (typeof disks !== "string") endings.push(disks.stop);
    const cluster = await startCluster(
      join(folder, "postgres"),
      typeof disks === "string" ? undefined : disks,
    );
    endings.push(cluster.stop);
    const databaseWires = [cluster.wire];
    const secrets = freshSecrets();
    const config: { [name: string]: string } = {
      ...secrets,
      DATABASE_URL: cluster.url,
      DATABASE_DRIVER: "postgres",
      RATE_LIMIT_PER_SECOND: "100000",
      SWEEP_SECONDS: "2",
      LOG_LEVEL: "warn",
    };
    if (runtime === "workers") {
      const endpoint = await startNeonEndpoint();
      endings.push(endpoint.stop);
      const wire = await startWire(targetOf(endpoint.url).port);
      endings.push(wire.stop);
      databaseWires.push(wire);
      config["DATABASE_DRIVER"] = "neon";
      config["NEON_ENDPOINT"] = urlThrough(endpoint.url, wire);
    }
    const names = Array.from({ length: options.servers }, (_, index) => `server-${index + 1}`);
    const servers = await Promise.all(
      names.map((name) => startPurser(name, runtime, folder, config)),
    );
    const stopServers = () => Promise.all(servers.map((server) => server.stop()));
    endings.push(stopServers);
    return {
      runtime,
      cluster,
      servers,
      databaseWires,
      random,
      pace,
      disks: typeof disks === "string" ? undefined : disks,
      withoutDisks: typeof disks === "string" ? disks : undefined,
      adminToken: secrets.ADMIN_TOKEN,
      stopServers,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
