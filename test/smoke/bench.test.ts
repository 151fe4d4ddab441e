import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { Report } from "../../bench/run.ts";

const script = fileURLToPath(new URL("../../bench/bench.ts", import.meta.url));

/** Runs the benchmark as one does; answers what it wrote to both outputs. */
const run = async (...args: string[]) => {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill());
  const text = async (stream: NodeJS.ReadableStream) => {
    let all = "";
    for await (const piece of stream) all += piece;
    return all;
  };
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { out, err, code: code as number };
};

/** Every scenario that needs nothing but Node. */
const onNode = ["wallets", "hot", "connections", "life", "rings", "read", "list", "overload"];

test("the benchmark runs, and every answer is what was asked for", {
  timeout: 240_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "purser-bench-report-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { out, err, code } = await run("--smoke", "--json", "--out", folder);
  expect(code, err).toBe(0);
  expect(err).toContain("% ");

  const report = JSON.parse(out) as Report;
  expect(report.failures).toEqual([]);
  expect(report.machine.durability).toMatchObject({ fsync: "on", synchronous_commit: "on" });
  expect(report.results.map(({ id }) => id)).toEqual(["ceiling", ...onNode]);
  for (const { id, measured, findings } of report.results) {
    expect(findings.length, id).toBeGreaterThan(0);
    for (const { title, samples } of measured) {
      expect(samples.length, title).toBeGreaterThanOrEqual(report.profile.pairs);
      const wrong = samples.flatMap(({ outcomes }) => Object.keys(outcomes)).filter(isWrong);
      expect([id, title, wrong]).toEqual([id, title, []]);
      expect(
        samples.every(({ outcomes }) => (outcomes["good"] ?? 0) > 0),
        title,
      ).toBe(true);
    }
  }
  const promises = report.score.map(({ scenario }) => scenario);
  expect([...new Set(promises)]).toEqual(["wallets", "hot", "connections", "read", "overload"]);

  const text = await readFile(join(folder, "benchmarks.md"), "utf8");
  for (const { claim } of report.score) expect(text).toContain(claim);
  for (const id of onNode) {
    expect(text).toContain(`benchmarks/${id}.svg`);
    expect(await readFile(join(folder, "benchmarks", `${id}.svg`), "utf8")).toContain("</svg>");
  }
});

/** Where more is sent than can be done, some of it may wait until the end. */
const isWrong = (outcome: string): boolean =>
  !["good", "not sent", "503 overloaded"].includes(outcome);

test("says how it is used, and what there is to measure", async () => {
  const { err, code } = await run("--only", "everything");
  expect(code).toBe(2);
  expect(err).toContain("There is no scenario everything");
  for (const id of onNode) expect(err).toContain(id);
});
