import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Report } from "../run.ts";
import { chartOf } from "./bars.ts";
import { markdownReport } from "./markdown.ts";
import { barChart } from "./svg.ts";

const chartFolder = "benchmarks";

/** Writes `benchmarks.md` and its charts, in place of those of an earlier run; answers the file. */
export const writeReport = async (report: Report, folder: string): Promise<string> => {
  const charts = join(folder, chartFolder);
  await rm(charts, { recursive: true, force: true });
  await mkdir(charts, { recursive: true });
  for (const result of report.results) {
    const chart = chartOf(result);
    if (chart) await writeFile(join(charts, `${result.id}.svg`), barChart(chart));
  }
  const file = join(folder, "benchmarks.md");
  await writeFile(file, `${markdownReport(report, chartFolder)}\n`);
  return file;
};
