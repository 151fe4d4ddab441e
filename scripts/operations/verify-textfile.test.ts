import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { textfileMetrics } from "./known-metrics.ts";

const [lastSuccess, lastFindings] = textfileMetrics;
const script = fileURLToPath(new URL("../../docs/operations/verify-textfile.sh", import.meta.url));
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "purser-textfile-"));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The script with an `npm` that says what verify would say. */
const run = (folder: string, output: string, code: number, ...args: string[]) => {
  const bin = newFolder();
  writeFileSync(join(bin, "output"), output);
  writeFileSync(
    join(bin, "npm"),
    `#!/bin/sh\nprintf '%s ' "$@" >'${bin}/called'\ncat '${bin}/output'\nexit ${code}\n`,
  );
  chmodSync(join(bin, "npm"), 0o755);
  const { status, stdout } = spawnSync("sh", [script, ...args], {
    env: { PATH: `${bin}:${process.env.PATH}`, TEXTFILE_FOLDER: folder },
    encoding: "utf8",
  });
  const called = readdirSync(bin).includes("called")
    ? readFileSync(join(bin, "called"), "utf8")
    : "";
  return { status, stdout, called };
};

const metricsIn = (folder: string): Record<string, number> =>
  Object.fromEntries(
    readFileSync(join(folder, "purser_verify.prom"), "utf8")
      .split("\n")
      .filter((line) => /^\w/.test(line))
      .map((line) => line.split(" "))
      .map(([name, value]) => [name, Number(value)]),
  );

const summary = (findings: number): string =>
  `${JSON.stringify({ summary: { wallets: 5, events: 80, findings } })}\n`;
const finding = `${JSON.stringify({ finding: { problem: "findings" } })}\n`;

test("a run without findings is a success of now, and what verify said is passed on", () => {
  const folder = newFolder();
  const before = Math.floor(Date.now() / 1000);
  const { status, stdout, called } = run(folder, summary(0), 0, "--heads", "heads.jsonl");
  expect(status).toBe(0);
  expect(stdout).toBe(summary(0));
  expect(called).toBe("run --silent verify -- --json --heads heads.jsonl ");
  const { [lastSuccess]: at = 0, ...rest } = metricsIn(folder);
  expect(at).toBeGreaterThanOrEqual(before);
  expect(rest).toEqual({ [lastFindings]: 0 });
  expect(readdirSync(folder)).toEqual(["purser_verify.prom"]);
});

test("a run with findings tells how many, and leaves the last success where it was", () => {
  const folder = newFolder();
  writeFileSync(
    join(folder, "purser_verify.prom"),
    `${lastSuccess} 1700000000\n${lastFindings} 0\n`,
  );
  expect(run(folder, `${finding}${finding}${summary(2)}`, 1).status).toBe(1);
  expect(metricsIn(folder)).toEqual({ [lastSuccess]: 1_700_000_000, [lastFindings]: 2 });
});

test("the first run of all with findings has no success to tell of", () => {
  const folder = newFolder();
  expect(run(folder, `${finding}${summary(1)}`, 1).status).toBe(1);
  expect(metricsIn(folder)).toEqual({ [lastFindings]: 1 });
});

test.each([
  ["could not run", "", 2],
  ["was killed half way", finding, 137],
  ["says nothing at all", "", 0],
])("a run that %s changes nothing", (_, output, code) => {
  const folder = newFolder();
  const known = `${lastSuccess} 1700000000\n${lastFindings} 3\n`;
  writeFileSync(join(folder, "purser_verify.prom"), known);
  expect(run(folder, output, code).status).toBe(2);
  expect(readFileSync(join(folder, "purser_verify.prom"), "utf8")).toBe(known);
});

test.each(["--from", "--wallet=x", "--organization"])(
  "a run over a part (%s) is refused: it proves too little",
  (option) => {
    const folder = newFolder();
    const { status, called } = run(folder, summary(0), 0, option, "x");
    expect([status, called, readdirSync(folder)]).toEqual([2, "", []]);
  },
);
