import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { expect, test } from "vitest";
import { apiClient } from "../../scripts/api-client.ts";
import { freePort } from "../../scripts/postgres.ts";
import { onFileEnd } from "../support/cleanup.ts";

interface Ready {
  readonly url: string;
  readonly apiKey: string;
  readonly adminToken: string;
  readonly databaseUrl: string;
  readonly directoryDatabaseUrl?: string;
}

const script = fileURLToPath(new URL("../../scripts/dev.ts", import.meta.url));

/** Starts the development server and waits for its READY line. */
const dev = async (...args: string[]): Promise<{ child: ChildProcess; ready: Ready }> => {
  const port = await freePort();
  const { DATABASE_URL: _given, ...env } = process.env;
  const child = spawn(process.execPath, [script, "--port", String(port), "--fresh", ...args], {
    // On a PostgreSQL of its own, as on a machine that has none.
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  onFileEnd(async () => void child.kill("SIGKILL"));
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk;
  });
  let output = "";
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    output += chunk;
    const line = /^READY (\{.*\})$/m.exec(output)?.[1];
    if (line) {
      const ready = JSON.parse(line) as Ready;
      expect(ready.url).toBe(`http://127.0.0.1:${port}`);
      child.stdout.resume();
      return { child, ready };
    }
  }
  throw new Error(`no READY line:\n${errors}`);
};

const answers = (url: string): Promise<boolean> =>
  fetch(new URL("/health", url)).then(
    (response) => response.ok,
    () => false,
  );

const dataFolder = async (url: string): Promise<string> => {
  const sql = postgres(url, { max: 1, fetch_types: false });
  const rows = await sql<{ data_directory: string }[]>`show data_directory`;
  await sql.end();
  return rows[0]?.data_directory ?? "";
};

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> => {
  const exited = once(child, "exit");
  child.kill(signal);
  return (await exited)[0];
};

test("serves the dummy data on Workers, beside another server, and leaves nothing behind", async () => {
  const [workers, node] = await Promise.all([dev(), dev("--runtime", "node", "--no-seed")]);
  const wallets = await apiClient(workers.ready.url, workers.ready.apiKey).get("/v1/wallets");
  expect(wallets).toHaveLength(3);
  const empty = apiClient(node.ready.url, node.ready.apiKey);
  expect(await empty.get("/v1/wallets")).toHaveLength(0);
  const admin = apiClient(node.ready.url, node.ready.adminToken);
  expect(await admin.get("/v1/organizations")).toHaveLength(1);
  const folders = await Promise.all(
    [workers, node].map(({ ready }) => dataFolder(ready.databaseUrl)),
  );
  expect(folders.map((folder) => existsSync(folder))).toEqual([true, true]);
  expect(await Promise.all([end(workers.child, "SIGINT"), end(node.child, "SIGTERM")])).toEqual([
    0, 0,
  ]);
  expect(await answers(workers.ready.url)).toBe(false);
  expect(await answers(node.ready.url)).toBe(false);
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
});

test("serves the dummy data as three services, with a database each, and releases holds", async () => {
  const { child, ready } = await dev("--services");
  const api = apiClient(ready.url, ready.apiKey);
  expect(await api.get("/v1/wallets")).toHaveLength(3);
  const schemas = async (url: string | undefined): Promise<unknown[]> => {
    const sql = postgres(url ?? "", { max: 1, fetch_types: false });
    const rows = await sql`
      select nspname from pg_namespace where nspname in ('directory', 'wallets')`;
    await sql.end();
    return rows.map(({ nspname }) => nspname);
  };
  expect(await schemas(ready.databaseUrl)).toEqual(["wallets"]);
  expect(await schemas(ready.directoryDatabaseUrl)).toEqual(["directory"]);
  const [card] = await api.get<{ id: string }[]>("/v1/cards?limit=1");
  const paid = await api.post<{ id: string; held: number }>("/v1/authorizations", {
    cardId: card?.id,
    amount: 10,
    expiresInSeconds: 1,
  });
  expect(paid.held).toBe(10);
  const status = async () =>
    (await api.get<{ status: string }>(`/v1/authorizations/${paid.id}`)).status;
  await expect.poll(status, { timeout: 20_000, interval: 200 }).toBe("expired");
  const folder = await dataFolder(ready.databaseUrl);
  expect(await end(child, "SIGINT")).toBe(0);
  expect(await answers(ready.url)).toBe(false);
  expect(existsSync(folder)).toBe(false);
});

test("a port that is taken is said, and nothing is started", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  onFileEnd(async () => void other.close());
  const { port } = other.address() as AddressInfo;
  const child = spawn(process.execPath, [script, "--port", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  expect((await once(child, "exit"))[0]).toBe(1);
  expect(Buffer.concat(said).toString()).toContain("is taken");
  expect(other.listening).toBe(true);
});
