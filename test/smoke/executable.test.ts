import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { apiClient } from "../../scripts/api-client.ts";
import { freePort } from "../../scripts/postgres.ts";
import { freshSecrets } from "../../scripts/secrets.ts";
import { seed } from "../../scripts/seed/seed.ts";
import { stoppingSuite } from "../http/stopping.ts";
import { onFileEnd } from "../support/cleanup.ts";
import { containerfile } from "../support/containerfile.ts";
import { emptyDatabase, testDatabase } from "../support/database.ts";
import { builtExecutable } from "../support/executable.ts";
import { httpServer } from "../support/http-server.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const executable = await builtExecutable();
const empty = await mkdtemp(join(tmpdir(), "purser-empty-"));
onFileEnd(() => rm(empty, { recursive: true, force: true }));

type Env = Readonly<Record<string, string>>;

/** Runs it with nothing that this project has: an empty folder, and no PATH on which there could be a Node. */
const purser = (args: readonly string[], env: Env = {}) => {
  const child = spawn(executable, args, { cwd: empty, env, stdio: ["ignore", "pipe", "pipe"] });
  onFileEnd(async () => void child.kill("SIGKILL"));
  const said = { out: "", err: "" };
  child.stdout.on("data", (data) => {
    said.out += data;
  });
  child.stderr.on("data", (data) => {
    said.err += data;
  });
  return { child, said };
};

const exitOf = async (child: ChildProcess): Promise<unknown> => (await once(child, "close"))[0];

const ran = async (args: readonly string[], env: Env = {}) => {
  const { child, said } = purser(args, env);
  const code = await exitOf(child);
  return { code, ...said };
};

test("makes secrets, migrates, serves, is healthy, makes a key, verifies, and stops, with no Node and no other file", async () => {
  const secrets = await ran(["keys", "secrets"]);
  const settings: Record<string, string> = Object.fromEntries(
    secrets.out
      .trim()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  expect(Object.keys(settings)).toEqual(Object.keys(freshSecrets()));
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const env = { ...settings, DATABASE_URL: (await emptyDatabase()).url, PORT: port };

  expect(await ran(["health"], env)).toMatchObject({ code: 1, err: expect.stringContaining(url) });
  const { child, said } = purser(containerfile.command, env);
  // As the container's own check asks.
  const health = async () => (await ran(containerfile.healthCheck.slice(1), env)).code;
  await expect.poll(health, { timeout: 20_000 }).toBe(0);
  // It lives, and says that its database is not ready for it.
  expect((await fetch(`${url}/ready`)).status).toBe(503);
  expect(await ran(["migrate"], env)).toMatchObject({
    code: 0,
    err: expect.stringMatching(/applied \d+/),
  });
  expect(await ran(["migrate"], env)).toMatchObject({ code: 0, err: "nothing to apply\n" });
  const ready = async () => (await fetch(`${url}/ready`)).status;
  await expect.poll(ready, { timeout: 10_000, interval: 100 }).toBe(200);

  const made = await ran(["keys", "organization", "Harbour", "--url", url], env);
  const { apiKey } = JSON.parse(made.out) as { apiKey: string };
  await seed(url, apiKey, () => {});
  expect(await apiClient(url, apiKey).get("/v1/wallets")).toHaveLength(3);
  expect(await (await fetch(`${url}/openapi.json`)).json()).toMatchObject({ info: {} });
  const script = await fetch(`${url}/docs/swagger-ui-bundle.js`);
  expect((await script.text()).length).toBeGreaterThan(100_000);
  expect((await fetch(`${url}/docs/..%2fopenapi.json`)).status).toBe(404);

  const verified = await ran(["verify", "--json"], env);
  expect(verified.code).toBe(0);
  expect(JSON.parse(verified.out)).toMatchObject({ summary: { wallets: 3, findings: 0 } });
  const heads = await ran(["heads", "--out", "heads"], env);
  expect(heads.err).toBe("signed the heads of 3 wallets\n");
  expect((await ran(["verify", "--heads", "heads"], env)).code).toBe(0);
  expect(await readdir(empty)).toEqual(["heads"]);

  child.kill("SIGTERM");
  expect(await exitOf(child)).toBe(0);
  // Log lines, and no warning of what it is made of.
  for (const line of said.err.trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("event");
}, 60_000);

test("says what it can do, and what it cannot", async () => {
  expect(await ran([])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/purser serve/),
    err: "",
  });
  expect(await ran(["fly"])).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringMatching(/cannot fly/),
  });
  expect(await ran(["keys"])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^purser keys secrets/),
  });
  expect(await ran(["serve"])).toMatchObject({
    code: 78,
    err: expect.stringMatching(/DATABASE_URL: is not set/),
  });
  const nobody = { DATABASE_URL: "postgres://purser:hidden@127.0.0.1:1/purser" };
  const unreachable = await ran(["migrate"], nobody);
  expect(unreachable).toMatchObject({ code: 1, err: expect.stringMatching(/ECONNREFUSED/) });
  expect(unreachable.err).not.toContain("hidden");
});

test("the container has what the build makes, runs it by its name, and not as root", async () => {
  const parts = await readdir(join(dirname(executable), "executable"));
  expect(containerfile.copied.length).toBeGreaterThan(0);
  expect([...containerfile.visible].sort()).toEqual([...containerfile.copied].sort());
  for (const file of containerfile.copied) {
    expect(dirname(file)).toBe("dist/executable");
    expect(parts).toContain(basename(file));
  }
  // Another version would not take the blob.
  const { devDependencies } = manifest;
  expect(containerfile.arguments[0]).toContain(`=node:${devDependencies.node}-`);
  expect(containerfile.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(containerfile.entrypoint).toEqual([containerfile.installed]);
  expect(containerfile.healthCheck[0]).toBe(containerfile.installed);
});

test("an image is released to where one says, and nowhere else", () => {
  const make = (...args: string[]) => spawnSync("make", args, { cwd: root, encoding: "utf8" });
  const refused = make("docker-release", "DOCKER=true");
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toContain("IMAGE=");
  const { stdout } = make("--dry-run", "docker-release", "IMAGE=registry.example/wallets");
  const tags = [manifest.version, "latest"].map((tag) => `registry.example/wallets:${tag}`);
  expect(stdout).toContain(`build -f Containerfile ${tags.map((tag) => `-t ${tag}`).join(" ")} .`);
  expect(stdout).toContain(`for tag in ${tags.join(" ")}; do docker push`);
});

const database = await testDatabase();
const secrets = freshSecrets();
stoppingSuite(() => httpServer("node", database, { secrets, executable }));
