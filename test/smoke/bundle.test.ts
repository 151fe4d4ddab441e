import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import {
  type ServiceName,
  serviceConfigFile,
  serviceNames,
} from "../../scripts/services/service-names.ts";
import { type Bundled, buildWorker } from "../../scripts/worker-bundle.ts";
import { hyperdriveConfig } from "../support/hyperdrive.ts";

/** A Worker is fetched and compiled wherever somebody is the first to ask. */
const mostBytes = 300 * 1024;

/** What wrangler would upload. */
const bundleOf = async (name: string, of: Bundled = {}): Promise<Buffer> => {
  const folder = await mkdtemp(join(tmpdir(), "purser-bundle-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await buildWorker(folder, "ignore", of);
  return readFile(join(folder, `${name}.js`));
};

test("what is deployed is small, and wrangler finds nothing wrong with it", async () => {
  const bundle = await bundleOf("worker");
  expect(bundle.length).toBeGreaterThan(mostBytes);
  expect(gzipSync(bundle).length).toBeLessThanOrEqual(mostBytes);
});

test("it is the same with Hyperdrive as docs/running.md has it, and wrangler finds nothing wrong", async () => {
  const bundle = await bundleOf("worker", { config: await hyperdriveConfig() });
  expect(gzipSync(bundle).length).toBeLessThanOrEqual(mostBytes);
  expect(readFileSync("docs/running.md", "utf8")).toContain("--caching-disabled");
});

/** By what a service must not be able to do, a text without which it cannot. */
const tells = { "decrypt cards": "AES-GCM", "ask a database": "Neon-Connection-String" };

const unable: Readonly<Record<ServiceName, readonly (keyof typeof tells)[]>> = {
  gateway: ["decrypt cards", "ask a database"],
  directory: ["decrypt cards"],
  wallets: [],
};

test.each(serviceNames)(
  "so is the %s, and it has no code for what it has no keys for",
  async (name) => {
    const bundle = await bundleOf(name, { config: serviceConfigFile(name) });
    expect(gzipSync(bundle).length).toBeLessThanOrEqual(mostBytes);
    const able = Object.entries(tells).filter(([, text]) => bundle.includes(text));
    const may = Object.keys(tells).filter((what) => !unable[name].includes(what as never));
    expect(able.map(([what]) => what)).toEqual(may);
  },
);
