import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { createDatabase, dropDatabase } from "../../scripts/databases.ts";
import { type Faults, startNeonEndpoint } from "../../scripts/neon-endpoint.ts";
import type { Database } from "../../src/db/database.ts";
import { type NeonOptions, neonDatabase } from "../../src/db/drivers/neon.ts";
import { type PostgresOptions, postgresDatabase } from "../../src/db/drivers/postgres.ts";
import { onFileEnd } from "./cleanup.ts";

export interface TestDatabase {
  readonly url: string;
  readonly neonEndpoint: string;
  /** Through postgres.js, as on Node and Deno. */
  postgres(options?: Omit<PostgresOptions, "url">): Database;
  /** Through Neon's driver, as on Workers; `faults` need an endpoint of their own. */
  neon(options?: Omit<NeonOptions, "url" | "endpoint">): Database;
  neonWithFaults(faults: Faults, options?: Omit<NeonOptions, "url">): Promise<Database>;
}

/** A database of the test file's own with all migrations, dropped after its last test. */
export const testDatabase = (): Promise<TestDatabase> => emptyDatabase(inject("templateDatabase"));

/** The same without migrations, or as a copy of `template`. */
export const emptyDatabase = async (template?: string): Promise<TestDatabase> => {
  const server = inject("serverUrl");
  const name = `purser_test_${randomBytes(6).toString("hex")}`;
  const url = await createDatabase(server, name, template);
  onFileEnd(() => dropDatabase(server, name));
  return databaseAt(url);
};

/** A database that is there, whosever it is. */
export const databaseAt = (url: string): TestDatabase => {
  const neonEndpoint = inject("neonEndpoint");
  return {
    url,
    neonEndpoint,
    postgres: (options = {}) => {
      const database = postgresDatabase({ ...options, url });
      onFileEnd(() => database.close());
      return database;
    },
    neon: (options = {}) => neonDatabase({ ...options, url, endpoint: neonEndpoint }),
    neonWithFaults: async (faults, options = {}) => {
      const endpoint = await startNeonEndpoint({ faults });
      onFileEnd(() => endpoint.stop());
      return neonDatabase({ ...options, url, endpoint: endpoint.url });
    },
  };
};
