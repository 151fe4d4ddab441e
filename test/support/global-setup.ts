import { randomBytes } from "node:crypto";
import type { TestProject } from "vitest/node";
import { createDatabase, dropDatabase } from "../../scripts/databases.ts";
import { loadMigrations } from "../../scripts/migrations.ts";
import { startNeonEndpoint } from "../../scripts/neon-endpoint.ts";
import { startPostgres } from "../../scripts/postgres.ts";
import { migrate } from "../../src/db/migrate.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The server's maintenance database. */
    serverUrl: string;
    /** A migrated database to copy; nobody may connect to it. */
    templateDatabase: string;
    neonEndpoint: string;
    /** One for all suites inside workerd, which cannot make their own. */
    workersDatabaseUrl: string;
  }
}

/**
 * For the suites that start whole services: their data is thrown away, and only a machine that
 * loses power would miss what these leave out. The tests of statements keep a database as it is.
 */
const hurried = { fsync: "off", full_page_writes: "off" };

/** One server for the whole run; `DATABASE_URL` names another than our own. */
export default async function setup(root: TestProject): Promise<(() => Promise<void>) | undefined> {
  const needed = root.vitest.projects.some((project) => project.name !== "unit");
  if (!needed) return undefined;
  const given = process.env.DATABASE_URL;
  const settings = root.vitest.projects.some(({ name }) => name === "integration") ? {} : hurried;
  const server = given ? { url: given, stop: async () => {} } : await startPostgres({ settings });
  const endpoint = await startNeonEndpoint();
  const run = randomBytes(4).toString("hex");
  const template = `purser_template_${run}`;
  const workers = `purser_workers_${run}`;
  await migrate(await createDatabase(server.url, template), await loadMigrations());
  root.provide("serverUrl", server.url);
  root.provide("templateDatabase", template);
  root.provide("neonEndpoint", endpoint.url);
  root.provide("workersDatabaseUrl", await createDatabase(server.url, workers, template));
  return async () => {
    await endpoint.stop();
    if (given) {
      await dropDatabase(server.url, workers);
      await dropDatabase(server.url, template);
    }
    await server.stop();
  };
}
