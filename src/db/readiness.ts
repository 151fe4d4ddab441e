import { type Database, DatabaseRejected } from "./database.ts";
import { latestTag } from "./latest-migration.ts";

/** The last migration that the database has, or `null` for a database without any. */
export const latestMigration = async (database: Database): Promise<string | null> => {
  try {
    const [row] = await database.run(
      {
        name: "latest_migration",
        text: "select tag from purser_migrations order by position desc limit 1",
        params: [],
      },
      { timeoutMs: 2_000 },
    );
    return typeof row?.tag === "string" ? row.tag : null;
  } catch (error) {
    // 42P01: the table is not there, so no migration has run.
    if (error instanceof DatabaseRejected && error.sqlState === "42P01") return null;
    throw error;
  }
};

/** Whether the database answers, and has at least the migrations that this version needs. */
export const databaseReadiness = async (
  database: Database,
): Promise<{ readonly database: boolean; readonly migrations: boolean }> => {
  try {
    const tag = await latestMigration(database);
    // Tags begin with a number of fixed width; a database ahead of us is a rolling deploy.
    const migrations = latestTag === null || (tag !== null && tag >= latestTag);
    return { database: true, migrations };
  } catch {
    return { database: false, migrations: false };
  }
};
