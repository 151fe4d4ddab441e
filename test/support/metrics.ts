import type { Server } from "./api.ts";

const line = /^purser_database_statements_total\{(.*)\} (\d+)/;

/** How many statements Purser says it has run, by name. */
export const countedStatements = async ({
  fetch,
  url,
}: Server): Promise<Record<string, number>> => {
  const text = await (await fetch(new Request(new URL("/metrics", url)))).text();
  const counts: Record<string, number> = {};
  for (const sample of text.split("\n")) {
    const [, labels = "", value = "0"] = line.exec(sample) ?? [];
    const name = /name="([^"]*)"/.exec(labels)?.[1];
    if (name) counts[name] = (counts[name] ?? 0) + Number(value);
  }
  return counts;
};
