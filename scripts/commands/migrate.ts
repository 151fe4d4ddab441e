import { parseArgs } from "node:util";
import { contexts } from "../../src/db/contexts.ts";
import { type Migration, migrate } from "../../src/db/migrate.ts";
import type { Command } from "./command.ts";

/** Brings DATABASE_URL up to these migrations. */
export const migrateCommand =
  (migrations: () => Promise<readonly Migration[]>): Command =>
  async (args) => {
    const { values } = parseArgs({ args: [...args], options: { context: { type: "string" } } });
    const context = contexts.find((name) => name === values.context);
    if (context === undefined && values.context !== undefined) {
      console.error(
        `--context wants one of ${contexts.join(", ")}; without it the database is for both.`,
      );
      return 2;
    }
    const url = process.env.DATABASE_URL;
    if (!url) {
      console.error(
        "Set DATABASE_URL to the database to migrate (a direct connection, not a pooler).",
      );
      return 2;
    }
    const applied = await migrate(url, await migrations(), {
      context,
      onApply: (tag) => console.error(`applying ${tag}`),
    });
    console.error(applied.length === 0 ? "nothing to apply" : `applied ${applied.length}`);
    return 0;
  };
