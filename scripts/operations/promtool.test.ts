import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { prometheusConfig } from "../observe/config.ts";
import { programOnPath } from "../observe/program.ts";

const operations = fileURLToPath(new URL("../../docs/operations/", import.meta.url));
const rules = join(operations, "rules");
const promtool = programOnPath("promtool");
const absent =
  "SKIPPED: promtool is not installed, so the rules in docs/operations were not tried.";

interface Ended {
  readonly code: number;
  readonly said: string;
}

const check = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(promtool ?? "promtool", args, { timeout: 150_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, said: `${stdout}${stderr}` });
    });
  });

describe("promtool", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "purser-promtool-"));
    if (!promtool) console.warn(absent);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeEach(({ skip }) => {
    if (!promtool) skip(absent);
  });

  test("finds nothing wrong with the rules", async () => {
    const files = [join(rules, "recording.yml"), join(rules, "alerts.yml")];
    const { code, said } = await check("check", "rules", "--lint=all", "--lint-fatal", ...files);
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/21 rules found\s[\s\S]*17 rules found/),
    ]);
  });

  test("takes the scrape configuration, with a token in its file", async () => {
    await cp(operations, folder, { recursive: true });
    await writeFile(join(folder, "metrics-token"), "secret");
    const { code, said } = await check("check", "config", join(folder, "prometheus.yml"));
    expect([code, said]).toEqual([0, expect.stringContaining("2 rule files found")]);
  });

  test("takes what `make observe` writes", async () => {
    const file = join(folder, "observe.yml");
    const token = join(folder, "observe-token");
    await writeFile(token, "secret");
    const names = ["recording.yml", "alerts.yml"].map((name) => join(rules, name));
    await writeFile(
      file,
      prometheusConfig(new URL("http://127.0.0.1:8787"), { rules: names, token }),
    );
    const { code, said } = await check("check", "config", file);
    expect([code, said]).toEqual([0, expect.stringContaining("2 rule files found")]);
  });

  test("sees each alert fire and not fire", async () => {
    const files = (await readdir(rules)).filter((name) => name.endsWith(".test.yml"));
    expect(files.length).toBeGreaterThanOrEqual(5);
    const { code, said } = await check("test", "rules", ...files.map((name) => join(rules, name)));
    expect([code, said]).toEqual([0, expect.not.stringContaining("FAILED")]);
  }, 180_000);
});
