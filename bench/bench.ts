import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { joined } from "./join.ts";
import { type BenchOptions, benchOptions, usage } from "./options.ts";
import { Progress } from "./progress.ts";
import { intervalText, targetText } from "./report/figures.ts";
import { writeReport } from "./report/write.ts";
import { type Report, runBenchmark } from "./run.ts";
import { scenarios } from "./scenarios/all.ts";

const ids = scenarios.map(({ id }) => id);

const bench = async ({ profile, only, json, out, into }: BenchOptions): Promise<number> => {
  // Before an hour is spent on what it cannot go into.
  const earlier = into === undefined ? undefined : await reportIn(into);
  const chosen = scenarios.filter(({ id, profiles }) =>
    only ? only.includes(id) : profiles.includes(profile.name),
  );
  const now = await runBenchmark(profile, chosen, new Progress());
  const report = earlier ? joined(earlier, now, ids) : now;
  const isResult = profile.name === "full" && !only;
  const folder =
    out ?? fileURLToPath(new URL(isResult ? "../docs" : "../.purser/bench", import.meta.url));
  const file = await writeReport(report, folder);
  console.log(json ? JSON.stringify(report) : scoreLines(report));
  process.stderr.write(`The report is ${file}.\n`);
  return report.failures.length === 0 ? 0 : 1;
};

const reportIn = async (file: string): Promise<Report> =>
  JSON.parse(await readFile(file, "utf8")) as Report;

const scoreLines = ({ score, failures }: Report): string =>
  [
    ...score.map(({ claim, target, unit = "", interval, met, spoiled }) => {
      const figures = `${intervalText(interval)} ${unit}, ${targetText(target)} ${unit}`;
      return `${met ? "kept  " : "MISSED"} ${claim}: ${figures}${spoiled ? `; ${spoiled}` : ""}`;
    }),
    ...failures.map(({ id, why }) => `FAILED ${id}: ${why}`),
  ].join("\n");

// What was started ends with us: its watchers see the pipe close.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => process.exit(130));
}

const parsed = (): BenchOptions | string => {
  try {
    return benchOptions(process.argv.slice(2), ids);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const options = process.argv.includes("--help") ? "" : parsed();
if (typeof options === "string") {
  if (options) console.error(options);
  console.error(usage(ids));
  process.exitCode = options ? 2 : 0;
} else {
  try {
    process.exitCode = await bench(options);
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    process.exitCode = 2;
  }
}
