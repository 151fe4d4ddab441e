import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresDatabase } from "../../src/db/drivers/postgres.ts";
import type { Server } from "../../test/support/api.ts";
import { openData } from "../dev/data.ts";
import { startServer, untilServing } from "../dev/server.ts";
import { buildDocsAssets } from "../docs-assets.ts";
import { startNeonEndpoint } from "../neon-endpoint.ts";
import { freePort } from "../postgres.ts";
import { freshSecrets } from "../secrets.ts";
import type { FuzzOptions, GivenServer } from "./options.ts";

/** The server that is fuzzed. */
export interface Subject extends Server {
  /** What it was configured with and must keep to itself. */
  readonly secrets: readonly string[];
  /** All that it has printed; nothing of a server that is not ours. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** Sums over whole tables take what they take. */
const statementMs = 600_000;

const common = (url: string, adminToken: string, databaseUrl: string) => {
  const database = postgresDatabase({
    url: databaseUrl,
    connections: 4,
    timeoutMs: statementMs,
    statementTimeoutMs: statementMs,
  });
  return { url, adminToken, databaseUrl, database, fetch: (request: Request) => fetch(request) };
};

/** A server that runs already. */
export const givenSubject = ({ url, adminToken, databaseUrl }: GivenServer): Subject => {
  const server = common(url, adminToken, databaseUrl);
  return {
    ...server,
    secrets: [adminToken, new URL(databaseUrl).password],
    log: async () => "",
    stop: () => server.database.close(),
  };
};

/** A server of our own, on a database of its own. */
export const ownSubject = async (
  { runtime }: Pick<FuzzOptions, "runtime">,
  say: (line: string) => void,
): Promise<Subject> => {
  const endings: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (let end = endings.pop(); end; end = endings.pop()) await end();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "purser-fuzz-"));
    endings.push(() => rm(folder, { recursive: true, force: true }));
    const data = await openData({ folder: undefined, split: false, say });
    endings.push(data.stop);
    const endpoint = runtime === "workers" ? await startNeonEndpoint() : undefined;
    if (endpoint) endings.push(endpoint.stop);
    await buildDocsAssets();
    const secrets = freshSecrets();
    const file = join(folder, "server.log");
    const output = openSync(file, "a");
    const port = await freePort();
    say(`starting Purser on ${runtime}`);
    const process = await startServer({
      runtime,
      port,
      folder,
      throwaway: true,
      output,
      config: {
        ...secrets,
        DATABASE_URL: data.url,
        ...(endpoint
          ? { DATABASE_DRIVER: "neon", NEON_ENDPOINT: endpoint.url }
          : { DATABASE_DRIVER: "postgres" }),
        RATE_LIMIT_PER_SECOND: "100000",
        SWEEP_SECONDS: "1",
      },
    });
    closeSync(output);
    endings.push(process.stop);
    const url = `http://127.0.0.1:${port}`;
    const log = () => readFile(file, "utf8");
    await untilServing(url, process).catch(async (error) => {
      throw new Error(`${error}\n${await log()}`);
    });
    const server = common(url, secrets.ADMIN_TOKEN, data.url);
    endings.push(() => server.database.close());
    const { password } = new URL(data.url);
    return {
      ...server,
      secrets: [password, ...Object.values(secrets).flatMap(keysIn)],
      log,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** A secret, or those in a JSON of keys by version. */
const keysIn = (secret: string): string[] =>
  secret.startsWith("{") ? Object.values(JSON.parse(secret) as Record<string, string>) : [secret];
