import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type GuardedChild, hasEnded, spawnGuarded } from "../guarded-child.ts";
import { denoFlags, nodeFlags } from "../runtime-flags.ts";
import type { Runtime } from "./options.ts";
import { wranglerDev, wranglerEnvironment, writeVariables } from "./wrangler.ts";

export interface ServerOptions {
  readonly runtime: Runtime;
  readonly port: number;
  /** Holds wrangler's state, its configuration with the secrets, and its logs. */
  readonly folder: string;
  /** The server's configuration, secrets included. */
  readonly config: Readonly<Record<string, string>>;
  /** Remove the folder when the server is gone and this process with it. */
  readonly throwaway: boolean;
  /** The executable, in place of what this checkout would run. */
  readonly executable?: string;
  /** Another configuration of the Worker than `wrangler.toml`. */
  readonly workerConfig?: string;
  /** A file descriptor for what the server prints; our standard error without it. */
  readonly output?: number;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Starts Purser on a runtime, as a process that does not outlive this one. */
export const startServer = async (options: ServerOptions): Promise<GuardedChild> => {
  const { runtime, config, port, folder, executable, output = 2 } = options;
  const [command, ...args] = executable ? [executable, "serve"] : await commandOf[runtime](options);
  const server = { HOST: "127.0.0.1", PORT: String(port) };
  return spawnGuarded(command, args, {
    cwd: executable ? folder : root,
    env: {
      ...process.env,
      ...(runtime === "workers" ? wranglerEnvironment(folder) : { ...server, ...config }),
    },
    output: [output, output],
    signal: "SIGTERM",
    wholeGroup: true,
    remove: options.throwaway ? folder : undefined,
  });
};

const bin = (name: string): string => join(root, "node_modules", ".bin", name);

const commandOf: Readonly<
  Record<Runtime, (options: ServerOptions) => Promise<[string, ...string[]]>>
> = {
  node: async () => [process.execPath, ...nodeFlags, join(root, "src/runtime/node.ts")],
  deno: async () => [bin("deno"), ...denoFlags, join(root, "src/runtime/deno.ts")],
  workers: async ({ port, folder, config, workerConfig = "wrangler.toml" }) => {
    const variables = join(folder, "worker.env");
    await writeVariables(variables, config);
    const args = ["--config", workerConfig, "--env-file", variables, "--test-scheduled"];
    return wranglerDev({ port, folder }, args);
  },
};

/** Waits until requests can really be served. */
export const untilServing = async (url: string, server: GuardedChild): Promise<void> => {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    if (hasEnded(server.process)) {
      throw new Error(`The server ended with ${server.process.exitCode ?? "a signal"}.`);
    }
    const ready = fetch(new URL("/ready", url), { signal: AbortSignal.timeout(5_000) });
    const status = await ready.then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    if (status === 200) return;
    await sleep(100);
  }
  throw new Error("The server is not ready after two minutes.");
};

/** wrangler does not fire cron triggers by itself; answers how to stop. */
export const firingCron = (url: string): (() => Promise<void>) => {
  const timer = setInterval(() => {
    const fired = fetch(new URL("/__scheduled?cron=*+*+*+*+*", url), {
      signal: AbortSignal.timeout(60_000),
    });
    fired.then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
  }, cronEveryMs);
  return async () => clearInterval(timer);
};

const cronEveryMs = 5_000;
