import { randomBytes } from "node:crypto";
import { migrate } from "../../src/db/migrate.ts";
import { createDatabase, databaseExists, databaseUrl, dropDatabase } from "../databases.ts";
import { loadMigrations } from "../migrations.ts";
import { startPostgres } from "../postgres.ts";

export interface Data {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A migrated database: on the server of `DATABASE_URL` (that very database, or a
 * throwaway one beside it), else on a server of our own.
 */
export const openData = async (
  folder: string | undefined,
  say: (line: string) => void,
): Promise<Data> => {
  const given = process.env.DATABASE_URL;
  const data = given
    ? await onGivenServer(given, folder === undefined)
    : await onOwnServer(folder, say);
  const applied = await migrate(data.url, await loadMigrations(), {
    onApply: (tag) => say(`applying migration ${tag}`),
  });
  if (applied.length === 0) say("the database is up to date");
  return data;
};

const onGivenServer = async (url: string, throwaway: boolean): Promise<Data> => {
  if (!throwaway) return { url, stop: async () => {} };
  const name = `purser_dev_${randomBytes(6).toString("hex")}`;
  return { url: await createDatabase(url, name), stop: () => dropDatabase(url, name) };
};

const onOwnServer = async (
  folder: string | undefined,
  say: (line: string) => void,
): Promise<Data> => {
  say("starting PostgreSQL");
  const server = await startPostgres(folder === undefined ? {} : { folder });
  if (!(await databaseExists(server.url, "purser"))) await createDatabase(server.url, "purser");
  return { url: databaseUrl(server.url, "purser"), stop: server.stop };
};
