import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { exposition, plainType } from "../../src/observability/exposition.ts";
import { prometheusProgram } from "../../test/support/prometheus.ts";
import { prometheusConfig } from "../observe/config.ts";
import { everyFamily, textfileMetrics } from "./known-metrics.ts";

const operations = fileURLToPath(new URL("../../docs/operations/", import.meta.url));
const rules = join(operations, "rules");

interface Ended {
  readonly code: number;
  readonly said: string;
}

describe("promtool", () => {
  let folder: string;
  let promtool: string;

  const check = (args: readonly string[], input = ""): Promise<Ended> =>
    new Promise((resolve) => {
      const child = execFile(promtool, args, { timeout: 150_000 }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, said: `${stdout}${stderr}` });
      });
      child.stdin?.end(input);
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "purser-promtool-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeEach(({ skip }) => {
    promtool = prometheusProgram("promtool", skip);
  });

  test("has nothing to say about the metrics in the older text format", async () => {
    const { contentType, text } = exposition(await everyFamily(), undefined);
    expect(contentType).toBe(plainType);
    expect(await check(["check", "metrics"], text)).toEqual({ code: 0, said: "" });
    // And it would say something.
    const unhelpful = text.replace(/^# HELP purser_http_requests_total .*\n/m, "");
    const { code, said } = await check(["check", "metrics"], unhelpful);
    expect([code, said]).toEqual([
      3,
      expect.stringContaining("purser_http_requests_total no help"),
    ]);
  });

  test("has nothing to say about what the script of verify writes", async () => {
    const file = join(folder, "purser_verify.prom");
    const npm = join(folder, "npm");
    await writeFile(npm, `#!/bin/sh\necho '{"summary":{"findings":0}}'\n`, { mode: 0o755 });
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, TEXTFILE_FOLDER: folder };
    await promisify(execFile)("sh", [join(operations, "verify-textfile.sh")], { env });
    const written = await readFile(file, "utf8");
    expect(written).toContain(textfileMetrics[0]);
    expect(await check(["check", "metrics"], written)).toEqual({ code: 0, said: "" });
  });

  test("finds nothing wrong with the rules", async () => {
    const files = [join(rules, "recording.yml"), join(rules, "alerts.yml")];
    const { code, said } = await check(["check", "rules", "--lint=all", "--lint-fatal", ...files]);
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/21 rules found\s[\s\S]*19 rules found/),
    ]);
  });

  test("takes the scrape configuration, with a token in its file", async () => {
    await cp(operations, folder, { recursive: true });
    await writeFile(join(folder, "metrics-token"), "secret");
    const { code, said } = await check(["check", "config", join(folder, "prometheus.yml")]);
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
    const { code, said } = await check(["check", "config", file]);
    expect([code, said]).toEqual([0, expect.stringContaining("2 rule files found")]);
  });

  test("sees each alert fire and not fire", async () => {
    const files = (await readdir(rules)).filter((name) => name.endsWith(".test.yml"));
    expect(files.length).toBeGreaterThanOrEqual(5);
    const { code, said } = await check([
      "test",
      "rules",
      ...files.map((name) => join(rules, name)),
    ]);
    expect([code, said]).toEqual([0, expect.not.stringContaining("FAILED")]);
  }, 180_000);
});
