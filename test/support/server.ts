import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Runtime } from "../../scripts/dev/options.ts";
import { startServer, untilServing } from "../../scripts/dev/server.ts";
import { freePort } from "../../scripts/postgres.ts";
import { freshSecrets, type Secrets } from "../../scripts/secrets.ts";
import { onFileEnd } from "./cleanup.ts";
import type { TestDatabase } from "./database.ts";

export interface TestServer {
  readonly url: string;
  readonly adminToken: string;
  /** Everything that it has printed. */
  log(): Promise<string>;
  /** Asks it to stop, and answers its exit code. */
  stop(): Promise<number | null>;
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>;
}

export interface TestServerOptions {
  readonly secrets?: Secrets;
  /** More settings, or others. */
  readonly config?: Readonly<Record<string, string>>;
  /** The executable, in place of what this checkout would run. */
  readonly executable?: string;
  /** Another configuration of the Worker than `wrangler.toml`. */
  readonly workerConfig?: string;
}

/** Purser as a process of its own on a runtime, over the database that is given. */
export const testServer = async (
  runtime: Runtime,
  { url: databaseUrl, neonEndpoint }: Pick<TestDatabase, "url" | "neonEndpoint">,
  options: TestServerOptions = {},
): Promise<TestServer> => {
  const folder = await mkdtemp(join(tmpdir(), "purser-server-"));
  const log = join(folder, "server.log");
  const output = openSync(log, "a");
  const port = await freePort();
  const secrets = options.secrets ?? freshSecrets();
  const driver =
    runtime === "workers"
      ? { DATABASE_DRIVER: "neon", NEON_ENDPOINT: neonEndpoint }
      : { DATABASE_DRIVER: "postgres" };
  const server = await startServer({
    runtime,
    port,
    folder,
    throwaway: false,
    output,
    ...(options.executable && { executable: options.executable }),
    ...(options.workerConfig && { workerConfig: options.workerConfig }),
    config: {
      ...secrets,
      ...driver,
      DATABASE_URL: databaseUrl,
      RATE_LIMIT_PER_SECOND: "100000",
      ...options.config,
    },
  });
  closeSync(output);
  const url = `http://127.0.0.1:${port}`;
  const read = (): Promise<string> => readFile(log, "utf8");
  onFileEnd(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  try {
    await untilServing(url, server);
  } catch (error) {
    throw new Error(`${error}\n${await read()}`);
  }
  return {
    url,
    adminToken: secrets.ADMIN_TOKEN,
    log: read,
    stop: async () => {
      await server.stop();
      return server.process.exitCode;
    },
    kill: async () => {
      const ended = once(server.process, "exit");
      server.process.kill("SIGKILL");
      await ended;
    },
  };
};
