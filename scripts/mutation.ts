import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { begin, complete } from "./mutation/completed.ts";
import { lowestScore, writeSummary } from "./mutation/document.ts";
import { chosenFiles, mutationOptions, usage } from "./mutation/options.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const args = process.argv.slice(2);

/** The files that differ from a revision, also those that git does not know yet. */
const changedSince = (revision: string): string[] => {
  const git = (...args: readonly string[]) =>
    execFileSync("git", [...args, "--", "src/domain"], { cwd: root, encoding: "utf8" }).split("\n");
  return [
    ...git("diff", "--name-only", "--diff-filter=d", revision),
    ...git("ls-files", "--others", "--exclude-standard"),
  ];
};

const main = async (): Promise<number> => {
  if (args.includes("--help")) {
    console.log(usage);
    return 0;
  }
  const { paths, since, concurrency, force } = mutationOptions(args);
  const files =
    since === undefined ? globSync("src/domain/**/*.ts", { cwd: root }) : changedSince(since);
  const chosen = chosenFiles(files, paths);
  if (chosen.length === 0) {
    console.log("Nothing to mutate.");
    return 0;
  }
  await begin(chosen);
  const child = spawn(
    join(root, "node_modules", ".bin", "stryker"),
    [
      "run",
      "--mutate",
      chosen.join(","),
      ...(concurrency === undefined ? [] : ["--concurrency", concurrency]),
      ...(force ? ["--force"] : []),
    ],
    { cwd: root, stdio: "inherit" },
  );
  // An interrupt reaches both: Stryker keeps what it has measured, and the next run goes on from there.
  process.on("SIGINT", () => undefined);
  const [code] = await once(child, "exit");
  if (code !== 0) return 2;
  await complete(chosen);
  const score = await writeSummary();
  return score >= lowestScore ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}
