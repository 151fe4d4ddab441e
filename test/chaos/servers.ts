import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Runtime } from "../../scripts/dev/options.ts";
import { startServer, untilServing } from "../../scripts/dev/server.ts";
import { type GuardedChild, hasEnded } from "../../scripts/guarded-child.ts";
import { freePort } from "../../scripts/postgres.ts";
import { startWire, type Wire } from "./wire.ts";

/** A Purser that somebody kills, and that is started again whenever it has ended. */
export interface PurserServer {
  readonly name: string;
  /** Where clients find it: by way of its wire. */
  readonly url: string;
  readonly wire: Wire;
  /** How often it ended without having been killed. */
  readonly collapses: number;
  /** Kills it with all that it started; it stays down for so long. */
  kill(downMs: number): Promise<void>;
  /** Tells it to stop, as a deploy does, starts it again, and answers its exit code. */
  restart(): Promise<number | null>;
  untilServing(): Promise<void>;
  log(): Promise<string>;
  /** Tells it to stop, and answers its exit code. */
  stop(): Promise<number | null>;
}

export const startPurser = async (
  name: string,
  runtime: Runtime,
  parent: string,
  config: Readonly<Record<string, string>>,
): Promise<PurserServer> => {
  const folder = join(parent, name);
  await mkdir(folder, { mode: 0o700 });
  const logFile = join(folder, "server.log");
  const port = await freePort();
  const wire = await startWire(port);
  const direct = `http://127.0.0.1:${port}`;
  const start = async (): Promise<GuardedChild> => {
    const output = openSync(logFile, "a");
    try {
      return await startServer({ runtime, port, folder, config, output, throwaway: false });
    } finally {
      closeSync(output);
    }
  };
  let server = await start();
  let collapses = 0;
  let keptDown = false;
  let stopped = false;

  const supervised = (async () => {
    while (!stopped) {
      await sleep(20);
      if (keptDown || stopped || !hasEnded(server.process)) continue;
      collapses += 1;
      await server.stop();
      server = await start();
    }
  })();
  try {
    await untilServing(direct, server);
  } catch (error) {
    stopped = true;
    await supervised;
    await server.stop();
    throw new Error(`${error}\n${await readFile(logFile, "utf8")}`);
  }

  return {
    name,
    url: `http://127.0.0.1:${wire.port}`,
    wire,
    get collapses() {
      return collapses;
    },
    kill: async (downMs) => {
      keptDown = true;
      await killGroup(server);
      await sleep(downMs);
      server = await start();
      keptDown = false;
    },
    restart: async () => {
      keptDown = true;
      const told = server;
      await told.stop();
      server = await start();
      keptDown = false;
      return told.process.exitCode;
    },
    untilServing: () => untilServing(direct, server),
    log: () => readFile(logFile, "utf8"),
    stop: async () => {
      stopped = true;
      await supervised;
      await server.stop();
      await wire.stop();
      return server.process.exitCode;
    },
  };
};

/** On Workers the runtime is a child of wrangler. */
const killGroup = async (server: GuardedChild): Promise<void> => {
  const { pid } = server.process;
  if (hasEnded(server.process) || pid === undefined) return;
  const ended = once(server.process, "exit");
  process.kill(-pid, "SIGKILL");
  await ended;
  // Lets go of what waits for our end on the server's behalf.
  await server.stop();
};
