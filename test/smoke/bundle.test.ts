import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { buildWorker } from "../../scripts/worker-bundle.ts";

/** A Worker is fetched and compiled wherever somebody is the first to ask. */
const mostBytes = 300 * 1024;

test("what is deployed is small, and wrangler finds nothing wrong with it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "purser-bundle-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await buildWorker(folder, "ignore");
  const bundle = await readFile(join(folder, "worker.js"));
  expect(bundle.length).toBeGreaterThan(mostBytes);
  expect(gzipSync(bundle).length).toBeLessThanOrEqual(mostBytes);
});
