import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type GuardedChild, hasEnded, spawnGuarded } from "../guarded-child.ts";
import { freePort } from "../postgres.ts";
import { prometheusConfig } from "./config.ts";

export interface PrometheusOptions {
  readonly program: string;
  /** The Purser that it scrapes, and the bearer token of its metrics, if it wants one. */
  readonly purser: URL;
  readonly token: string | undefined;
  readonly rules: readonly string[];
  readonly logLevel: "warn" | "error";
  /** Where it keeps what it scrapes; removed when it has ended and so have we. */
  readonly folder: string;
}

export interface Prometheus extends GuardedChild {
  readonly url: string;
}

/** Starts a Prometheus of our own on a free port of the loopback interface. */
export const startPrometheus = async (options: PrometheusOptions): Promise<Prometheus> => {
  const { program, purser, rules, folder } = options;
  const token = options.token === undefined ? undefined : join(folder, "metrics-token");
  if (token) await writeFile(token, options.token ?? "", { mode: 0o600 });
  const config = join(folder, "prometheus.yml");
  await writeFile(config, prometheusConfig(purser, { rules, token }));
  const port = await freePort();
  const flags = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--enable-feature=exemplar-storage",
    `--log.level=${options.logLevel}`,
  ];
  const child = spawnGuarded(program, flags, {
    cwd: folder,
    env: process.env,
    output: [2, 2],
    signal: "SIGTERM",
    wholeGroup: true,
    remove: folder,
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(url, child);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { ...child, url };
};

const untilReady = async (prometheus: string, { process: child }: GuardedChild): Promise<void> => {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100)) {
    if (hasEnded(child)) throw new Error("Prometheus ended; what it says is above.");
    const ready = await fetch(`${prometheus}/-/ready`).catch(() => undefined);
    await ready?.arrayBuffer();
    if (ready?.ok) return;
  }
  throw new Error("Prometheus is not ready after a minute.");
};
