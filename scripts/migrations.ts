import { readFile } from "node:fs/promises";
import type { Migration } from "../src/db/migrate.ts";

/** The migrations of this checkout, in the order of drizzle-kit's journal. */
export const loadMigrations = async (
  folder: URL = new URL("../drizzle/", import.meta.url),
): Promise<Migration[]> => {
  const text = await readFile(new URL("meta/_journal.json", folder), "utf8");
  const { entries } = JSON.parse(text) as { entries: { tag: string }[] };
  return Promise.all(
    entries.map(async ({ tag }) => ({
      tag,
      sql: await readFile(new URL(`${tag}.sql`, folder), "utf8"),
    })),
  );
};
