import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A Worker is fetched and compiled wherever somebody is the first to ask. */
const mostBytes = 300 * 1024;

test("what is deployed is small, and its configuration is valid", async () => {
  const folder = await mkdtemp(join(tmpdir(), "purser-bundle-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const wrangler = join(root, "node_modules/.bin/wrangler");
  const built = spawnSync(process.execPath, [wrangler, "deploy", "--dry-run", "--outdir", folder], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  expect([built.status, built.stderr.replaceAll("\n", " ")]).toEqual([
    0,
    expect.not.stringContaining("ERROR"),
  ]);
  const bundle = await readFile(join(folder, "worker.js"));
  expect(bundle.length).toBeGreaterThan(mostBytes);
  expect(gzipSync(bundle).length).toBeLessThanOrEqual(mostBytes);
});
