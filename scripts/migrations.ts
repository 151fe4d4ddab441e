import { readFile } from "node:fs/promises";
import type { Migration } from "../src/db/migrate.ts";
import { migrationsFrom } from "./migration-files.ts";

/** The migrations of this checkout. */
export const loadMigrations = (
  folder: URL = new URL("../drizzle/", import.meta.url),
): Promise<Migration[]> => migrationsFrom((file) => readFile(new URL(file, folder), "utf8"));
