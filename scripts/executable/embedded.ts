import { getAsset, getAssetKeys } from "node:sea";
import type { Migration } from "../../src/db/migrate.ts";
import type { Assets } from "../../src/routes/services.ts";
import { migrationsFrom } from "../migration-files.ts";
import { embeddedAs } from "./layout.ts";

/** The API reference and its document, as the executable carries them. */
export const embeddedAssets = (): Assets => {
  const keys = new Set(getAssetKeys());
  return {
    fetch: async (path) => {
      const key = embeddedAs.asset(path);
      return keys.has(key) ? new Response(getAsset(key)) : null;
    },
  };
};

export const embeddedMigrations = (): Promise<Migration[]> =>
  migrationsFrom((file) => getAsset(embeddedAs.migration(file), "utf8"));
