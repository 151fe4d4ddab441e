import type { Migration } from "../src/db/migrate.ts";

/** drizzle-kit's journal, which has the order, within the folder of the migrations. */
export const journalFile = "meta/_journal.json";

/** The migrations of a folder, whatever reads its files, in the order of the journal. */
export const migrationsFrom = async (
  read: (file: string) => string | Promise<string>,
): Promise<Migration[]> => {
  const { entries } = JSON.parse(await read(journalFile)) as { entries: { tag: string }[] };
  return Promise.all(entries.map(async ({ tag }) => ({ tag, sql: await read(`${tag}.sql`) })));
};
