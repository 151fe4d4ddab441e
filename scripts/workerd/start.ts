import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type GuardedChild, hasEnded, spawnGuarded } from "../guarded-child.ts";
import { type Edge, workerdConfig } from "./config.ts";
import { readWorkerSettings } from "./worker-settings.ts";

export interface WorkerdOptions {
  /** What `buildWorker` has written. */
  readonly bundle: string;
  /** Each is an isolate of its own, over the Durable Objects of them all. */
  readonly edges: readonly Edge[];
  /** The Worker's variables and secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** What Durable Objects keep, and the configuration. Starting again here goes on where it was. */
  readonly folder: string;
  /** A file descriptor for what it prints; our standard error without it. */
  readonly output?: number;
}

export interface Workerd {
  /** Where each edge serves. */
  readonly urls: readonly string[];
  readonly pid: number;
  /** Asks it to end, and waits. */
  stop(): Promise<void>;
  /** Ends it at once, in the middle of whatever it does: every isolate and Durable Object. */
  kill(): Promise<void>;
}

/** Runs the bundle in workerd itself, as a process that does not outlive this one. */
export const startWorkerd = async (options: WorkerdOptions): Promise<Workerd> => {
  const { bundle, edges, env, folder, output = 2 } = options;
  const objectsFolder = join(resolve(folder), "objects");
  await mkdir(objectsFolder, { recursive: true });
  const config = workerdConfig({
    settings: readWorkerSettings(),
    module: resolve(bundle, "worker.js"),
    edges,
    names: Object.keys(env),
    objectsFolder,
  });
  const server = await serveConfig({ config, env, folder, output });
  const urls = edges.map(({ port }) => `http://127.0.0.1:${port}`);
  try {
    await Promise.all(urls.map((url) => untilServing(url, server.child)));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { urls, pid: server.pid, stop: server.stop, kill: server.kill };
};

/** A process of workerd, whatever it serves. */
export interface WorkerdProcess extends Omit<Workerd, "urls"> {
  readonly child: GuardedChild;
}

export const serveConfig = async (options: {
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly output: number;
  readonly flags?: readonly string[];
}): Promise<WorkerdProcess> => {
  const { config, env, folder, output, flags = [] } = options;
  const configFile = join(folder, "workerd.capnp");
  await writeFile(configFile, config);
  // Absolute paths in the configuration are below the import path.
  const child = spawnGuarded(program(), ["serve", configFile, "--import-path=/", ...flags], {
    cwd: folder,
    env,
    output: [output, output],
    signal: "SIGTERM",
  });
  return {
    child,
    pid: child.process.pid ?? 0,
    stop: child.stop,
    kill: async () => {
      if (!hasEnded(child.process)) {
        const ended = once(child.process, "exit");
        child.process.kill("SIGKILL");
        await ended;
      }
      await child.stop();
    },
  };
};

/** The binary that wrangler brings along. */
export const program = (): string => {
  const ofWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));
  return (ofWrangler("workerd") as { readonly default: string }).default;
};

/** Asks for the metrics, since that is the one request which Purser does not count as one. */
const untilServing = async (url: string, { process: child }: GuardedChild): Promise<void> => {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(50)) {
    if (hasEnded(child)) throw new Error(`workerd ended with ${child.exitCode ?? "a signal"}`);
    const answer = await fetch(new URL("/metrics", url), { signal: AbortSignal.timeout(10_000) })
      .then(async (response) => {
        await response.arrayBuffer();
        return response.status;
      })
      .catch(() => 0);
    if (answer === 200 || answer === 401) return;
  }
  throw new Error(`${url} does not serve after a minute`);
};
