import type { Server } from "./api.ts";
import type { Family } from "./open-metrics/families.ts";
import { readOpenMetrics } from "./open-metrics.ts";

type Scraped = Pick<Server, "fetch" | "url">;

/** What Purser exposes now, read by every rule of OpenMetrics. */
export const scrape = async ({ fetch, url }: Scraped): Promise<Family[]> => {
  const headers = { Accept: "application/openmetrics-text; version=1.0.0" };
  return readOpenMetrics(await fetch(new Request(new URL("/metrics", url), { headers })));
};

/** How many statements Purser says it has run, by name. */
export const countedStatements = async (server: Scraped): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  const samples = (await scrape(server)).flatMap((family) => family.samples);
  for (const { name, labels, value } of samples) {
    if (name !== "purser_database_statements_total") continue;
    const statement = labels["name"] ?? "";
    counts[statement] = (counts[statement] ?? 0) + value;
  }
  return counts;
};
