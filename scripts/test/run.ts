import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The exit code; output goes straight to ours. */
const run = (command: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(join(root, "node_modules", ".bin", command), args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", () => resolve(1));
    child.once("exit", (code) => resolve(code ?? 1));
  });

/** A command that passes or fails as one. */
export const runCheck = async (command: string, ...args: string[]): Promise<Count> =>
  (await run(command, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** One project of vitest.config.ts, every test counted; `more` goes to vitest. */
export const runProject = async (name: string, ...more: readonly string[]): Promise<Count> => {
  const file = join(root, "node_modules", ".cache", `purser-tests-${name}-${process.pid}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const code = await run("vitest", ["run", "--project", name, ...reporters, ...more]);
  const report = await readFile(file, "utf8").then(
    (text) => JSON.parse(text) as Report,
    () => undefined,
  );
  await rm(file, { force: true });
  return countOf(report, code);
};

/**
 * A file that cannot be loaded, a failure outside any test and a project without
 * tests each count as a failure: what did not run must not look as if it had passed.
 */
export const countOf = (report: Report | undefined, exitCode: number): Count => {
  if (!report) return { passed: 0, failed: 1 };
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = report.numFailedTests + broken;
  const hidden = failed === 0 && (exitCode !== 0 || report.numPassedTests === 0);
  return { passed: report.numPassedTests, failed: hidden ? 1 : failed };
};
