import { globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { withSection } from "../documents/table.ts";
import { accepted } from "./accepted.ts";
import { completedFiles } from "./completed.ts";
import type { Report } from "./report.ts";
import { scoreOf, summaryOf, summaryText, totalOf } from "./summary.ts";

/** Of src/domain, in percent. */
export const lowestScore = 85;

const root = fileURLToPath(new URL("../../", import.meta.url));
const document = new URL("../../docs/mutation.md", import.meta.url);
/** What Stryker keeps of all runs, of whichever files they were. */
const results = new URL("../../.purser/mutation/incremental.json", import.meta.url);

/** Writes what was measured into docs/mutation.md; answers the score. */
export const writeSummary = async (): Promise<number> => {
  const report = JSON.parse(await readFile(results, "utf8")) as Report;
  const [completed, sources] = await Promise.all([completedFiles(), domainSources()]);
  const summary = summaryOf({ report, completed, sources, accepted });
  const text = withSection(await readFile(document, "utf8"), "mutation", summaryText(summary));
  await writeFile(document, text);
  return scoreOf(totalOf(summary.files.values())) ?? 0;
};

/** The files of src/domain that have code; in those that only have types nothing can be mutated. */
const domainSources = async (): Promise<Map<string, string>> => {
  const sources = new Map<string, string>();
  for (const file of globSync("src/domain/**/*.ts", { cwd: root })) {
    if (file.endsWith(".test.ts")) continue;
    const source = await readFile(`${root}${file}`, "utf8");
    if (hasCode(source)) sources.set(file, source);
  }
  return sources;
};

export const hasCode = (source: string): boolean =>
  /^(export )?(const|class|async function|function)\b/m.test(source);
