import { closeSync, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNeonEndpoint } from "../../scripts/neon-endpoint.ts";
import { freePort } from "../../scripts/postgres.ts";
import { buildWorker } from "../../scripts/worker-bundle.ts";
import { startWorkerd } from "../../scripts/workerd/start.ts";
import type { Server } from "./server.ts";

export interface WorkersOptions {
  readonly env: Readonly<Record<string, string>>;
  /** In place of Purser's own. */
  readonly entry?: string;
  /** Added by the endpoint before each answer. */
  readonly latencyMs?: number;
}

/** As many connections to PostgreSQL as a process has on Node. */
const connections = 10;

/**
 * The production bundle in workerd itself, with Durable Objects on disk and Neon's driver
 * against the local endpoint, which has the pool. One edge: the cores are two.
 */
export const startWorkers = async ({
  env,
  entry,
  latencyMs,
}: WorkersOptions): Promise<Server & { readonly endpoint: string }> => {
  const folder = await mkdtemp(join(tmpdir(), "purser-bench-"));
  const bundle = join(folder, "bundle");
  await buildWorker(bundle, "ignore", entry === undefined ? {} : { entry });
  const endpoint = await startNeonEndpoint({
    connections,
    ...(latencyMs !== undefined && { faults: { latencyMs } }),
  });
  const port = await freePort();
  const output = openSync("/dev/null", "w");
  try {
    const workerd = await startWorkerd({
      bundle,
      edges: [{ port }],
      env: { ...env, DATABASE_DRIVER: "neon", NEON_ENDPOINT: endpoint.url },
      folder,
      output,
    });
    return {
      port,
      endpoint: endpoint.url,
      stop: async () => {
        await workerd.stop();
        await endpoint.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await endpoint.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    closeSync(output);
  }
};
