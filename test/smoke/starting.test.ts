import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { freePort } from "../../scripts/postgres.ts";
import { freshSecrets } from "../../scripts/secrets.ts";
import { onFileEnd } from "../support/cleanup.ts";
import { testDatabase } from "../support/database.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Neither what this run's own npm says nor a database that it was given. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|DATABASE_URL$)/.test(name)),
  );

const database = await testDatabase();

describe.each(["start:node", "start:deno"])("npm run %s", (script) => {
  const start = (env: NodeJS.ProcessEnv) => {
    const npm = spawn("npm", ["run", "--silent", script], {
      cwd: root,
      env: { ...environment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    onFileEnd(async () => void npm.kill("SIGKILL"));
    let said = "";
    for (const output of [npm.stdout, npm.stderr]) {
      output.on("data", (data) => {
        said += data;
      });
    }
    return { npm, said: () => said };
  };

  const exitOf = async (npm: ChildProcess): Promise<unknown> => (await once(npm, "exit"))[0];

  test("serves what the environment says, and stops in order", async () => {
    const port = await freePort();
    const { npm, said } = start({
      ...freshSecrets(),
      DATABASE_URL: database.url,
      PORT: String(port),
    });
    const ready = () =>
      fetch(`http://127.0.0.1:${port}/ready`).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(ready, { timeout: 30_000, interval: 50 }).toBe(200);
    npm.kill("SIGTERM");
    expect(await exitOf(npm)).toBe(0);
    await expect.poll(said).toContain('"event":"stopping"');
    await expect.poll(ready).toBe(0);
  });

  test("names every setting that it misses, and ends with 78 (EX_CONFIG)", async () => {
    const { npm, said } = start({});
    expect(await exitOf(npm)).toBe(78);
    for (const name of [
      "DATABASE_URL",
      "CARD_ENCRYPTION_KEYS",
      "CARD_FINGERPRINT_KEY",
      "CARD_CVV_KEY",
    ]) {
      expect(said()).toContain(`${name}: is not set`);
    }
  });

  test("says that its port is taken, and ends", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const { npm, said } = start({
      ...freshSecrets(),
      DATABASE_URL: database.url,
      PORT: String(port),
    });
    expect(await exitOf(npm)).toBe(1);
    expect(said()).toMatch(/^Cannot listen on 127\.0\.0\.1, port \d+: .*$/m);
    expect(said()).not.toContain("    at ");
    other.close();
  });
});
