import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../src/runtime/config.ts";
import { freshSecrets, keptSecrets } from "./secrets.ts";

const folder = await mkdtemp(join(tmpdir(), "purser-secrets-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

test("fresh secrets are what the configuration asks for", () => {
  const env = { ...freshSecrets(), DATABASE_URL: "postgres://127.0.0.1/purser" };
  expect(Object.keys(readConfig(env, "node", "1").signingKeys ?? {})).toEqual(["1"]);
});

test("kept secrets stay the same, in a file that nobody else reads", async () => {
  const file = join(folder, "kept.json");
  const first = await keptSecrets(file);
  expect(await keptSecrets(file)).toEqual(first);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("a secret that an earlier version did not have is made and kept, the others stay", async () => {
  const file = join(folder, "earlier.json");
  const { RECEIPT_SIGNING_KEYS, ...earlier } = freshSecrets();
  await writeFile(file, JSON.stringify(earlier));
  const now = await keptSecrets(file);
  expect(now).toEqual({ ...earlier, RECEIPT_SIGNING_KEYS: now.RECEIPT_SIGNING_KEYS });
  expect(now.RECEIPT_SIGNING_KEYS).toContain("MC4C");
  expect(now.RECEIPT_SIGNING_KEYS).not.toBe(RECEIPT_SIGNING_KEYS);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(now);
});
