import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

const run = promisify(execFile);
const script = fileURLToPath(new URL("./fuzz.ts", import.meta.url));

test("the fuzz starts a server of its own, finds nothing wrong with it, and stops it", async () => {
  const args = [script, "--requests", "150", "--raw", "0", "--seed", "4"];
  const env = { ...process.env, DATABASE_URL: inject("serverUrl") };
  const { stdout, stderr } = await run(process.execPath, args, { env });
  expect(stdout).toMatch(/^\d+ requests, \d+ of them successful$/m);
  expect(stdout.trim()).toMatch(/nothing wrong$/);
  const [, url = ""] = /seed 4: at least 150 requests to (\S+)/.exec(stderr) ?? [];
  await expect(fetch(new URL("/health", url))).rejects.toThrow();
}, 90_000);
