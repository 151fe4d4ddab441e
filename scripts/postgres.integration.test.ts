import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { expect, test } from "vitest";
import { onFileEnd } from "../test/support/cleanup.ts";
import { startPostgres } from "./postgres.ts";
import { postgresAccount, reachableFolder } from "./postgres-account.ts";

const query = async (url: string, text: string): Promise<unknown> => {
  const sql = postgres(url, { max: 1, connect_timeout: 5, fetch_types: false });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end({ timeout: 1 });
  }
};

const answers = (url: string): Promise<boolean> =>
  query(url, "select 1").then(
    () => true,
    () => false,
  );

const untilSilent = async (url: string): Promise<boolean> => {
  for (let tries = 0; tries < 100; tries++) {
    if (!(await answers(url))) return true;
    await sleep(100);
  }
  return false;
};

const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "purser-postgres-test-"));
  // Root runs the server as another account.
  await chmod(folder, 0o755);
  onFileEnd(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "postgres");
};

/** Another process that has started a server and is about to die. */
const holder = async (folder?: string) => {
  const script = fileURLToPath(new URL("../test/support/hold-postgres.ts", import.meta.url));
  const child = spawn(process.execPath, [script, ...(folder ? [folder] : [])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, url: line.toString().trim() };
};

test("keeps its data, with durability on, and answers on the loopback interface only", async () => {
  const folder = await newFolder();
  const first = await startPostgres({ folder });
  await query(first.url, "create table kept as select 42 as value");
  const settings = `select string_agg(setting, ' ' order by name) as on from pg_settings
    where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses')`;
  expect(await query(first.url, settings)).toEqual([{ on: "on on 127.0.0.1 on" }]);
  await first.stop();
  const second = await startPostgres({ folder });
  expect(await query(second.url, "select value from kept")).toEqual([{ value: 42 }]);
  await second.stop();
});

test("does not outlive a process that is killed, and starts again on the same data", async () => {
  const folder = await newFolder();
  const { child, url } = await holder(folder);
  await query(url, "create table kept as select 42 as value");
  child.kill("SIGKILL");
  expect(await untilSilent(url)).toBe(true);
  const next = await startPostgres({ folder });
  expect(await query(next.url, "select value from kept")).toEqual([{ value: 42 }]);
  await next.stop();
});

test("a throwaway server's data is gone with it, however it ends", async () => {
  const server = await startPostgres();
  const [row] = (await query(server.url, "show data_directory")) as { data_directory: string }[];
  await server.stop();
  expect(existsSync(row?.data_directory ?? "/")).toBe(false);

  const { child, url } = await holder();
  const [held] = (await query(url, "show data_directory")) as { data_directory: string }[];
  child.kill("SIGKILL");
  expect(await untilSilent(url)).toBe(true);
  const gone = async (): Promise<boolean> => !existsSync(held?.data_directory ?? "/");
  for (let tries = 0; tries < 150 && !(await gone()); tries++) await sleep(100);
  expect(await gone()).toBe(true);
});

test("a database that a living process uses is not taken from it", async () => {
  const folder = await newFolder();
  const { child, url } = await holder(folder);
  await expect(startPostgres({ folder })).rejects.toThrow(`in use by process ${child.pid}`);
  expect(await answers(url)).toBe(true);
  child.kill("SIGKILL");
  await untilSilent(url);
});

test("a stale postmaster.pid that names a stranger does not stop it", async () => {
  const folder = await newFolder();
  await (await startPostgres({ folder })).stop();
  const data = join(await reachableFolder(folder, await postgresAccount()), "data");
  await writeFile(join(data, "postmaster.pid"), `${process.pid}\n${data}\n`);
  const server = await startPostgres({ folder });
  expect(await answers(server.url)).toBe(true);
  expect(await readFile(join(data, "postmaster.pid"), "utf8")).not.toMatch(`${process.pid}\n`);
  await server.stop();
});
