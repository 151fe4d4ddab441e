import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../scripts/postgres.ts";
import { freshSecrets } from "../../scripts/secrets.ts";
import { buildWorker } from "../../scripts/worker-bundle.ts";
import type { Edge } from "../../scripts/workerd/config.ts";
import { startWorkerd, type Workerd } from "../../scripts/workerd/start.ts";
import { onFileEnd } from "./cleanup.ts";
import type { TestDatabase } from "./database.ts";
import { scrape } from "./metrics.ts";
import type { Family } from "./open-metrics/families.ts";

export interface Edges {
  /** Where each edge serves, also after it was started again. */
  readonly urls: readonly string[];
  readonly adminToken: string;
  /** What an edge tells of them all. */
  metrics(edge: number): Promise<Family[]>;
  /** Ends all isolates at once, and with them what their Durable Objects have in memory. */
  kill(): Promise<void>;
  /** Starts them again over what the Durable Objects have kept. */
  start(): Promise<void>;
}

const temporaryFolder = async (name: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), `purser-${name}-`));
  onFileEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

let bundle: Promise<string> | undefined;

/** One a test file. */
const builtBundle = async (): Promise<string> => {
  const folder = await temporaryFolder("bundle");
  await buildWorker(folder, "ignore");
  return folder;
};

/** The Worker as it is deployed, in workerd: so many edges over the same Durable Objects. */
export const testEdges = async (
  { url: databaseUrl, neonEndpoint }: Pick<TestDatabase, "url" | "neonEndpoint">,
  edges: readonly Omit<Edge, "port">[],
): Promise<Edges> => {
  bundle ??= builtBundle();
  const folder = await temporaryFolder("workerd");
  const log = join(folder, "workerd.log");
  const secrets = freshSecrets();
  const options = {
    bundle: await bundle,
    folder,
    edges: await Promise.all(edges.map(async (edge) => ({ ...edge, port: await freePort() }))),
    env: {
      ...secrets,
      DATABASE_URL: databaseUrl,
      NEON_ENDPOINT: neonEndpoint,
      RATE_LIMIT_PER_SECOND: "100000",
      LOG_LEVEL: "error",
    },
  };
  const launch = async (): Promise<Workerd> => {
    const output = openSync(log, "a");
    try {
      return await startWorkerd({ ...options, output });
    } catch (error) {
      throw new Error(`${error}\n${await readFile(log, "utf8")}`);
    } finally {
      closeSync(output);
    }
  };
  let workerd = await launch();
  onFileEnd(() => workerd.stop());
  return {
    urls: workerd.urls,
    adminToken: secrets.ADMIN_TOKEN,
    metrics: (edge) =>
      scrape({ url: workerd.urls[edge] ?? "", fetch: (request) => fetch(request) }),
    kill: () => workerd.kill(),
    start: async () => {
      workerd = await launch();
    },
  };
};
