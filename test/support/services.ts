import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDocsAssets } from "../../scripts/docs-assets.ts";
import { loadMigrations } from "../../scripts/migrations.ts";
import { freshSecrets, type Secrets } from "../../scripts/secrets.ts";
import type { ServiceName } from "../../scripts/services/service-names.ts";
import { serviceSecrets } from "../../scripts/services/service-secrets.ts";
import {
  buildServices,
  type RunningServices,
  startServices,
} from "../../scripts/workerd/start-services.ts";
import type { Context } from "../../src/db/contexts.ts";
import { migrate } from "../../src/db/migrate.ts";
import type { Server } from "./api.ts";
import { onFileEnd } from "./cleanup.ts";
import { emptyDatabase, type TestDatabase } from "./database.ts";

/** Purser as three services, over a database each, for the HTTP suites. */
export interface ServicesServer extends Server, Omit<RunningServices, "url"> {
  /** Everything that they have printed. */
  log(): Promise<string>;
}

export type Databases = Readonly<Record<Context, TestDatabase>>;

/** A database for each context, with what it needs and nothing else. */
export const contextDatabases = async (): Promise<Databases> => {
  const migrations = await loadMigrations();
  const of = async (context: Context): Promise<TestDatabase> => {
    const database = await emptyDatabase();
    await migrate(database.url, migrations, { context });
    return database;
  };
  const [directory, wallets] = await Promise.all([of("directory"), of("wallets")]);
  return { directory, wallets };
};

export interface ServicesOptions {
  readonly databases?: Databases;
  readonly secrets?: Secrets;
  /** More variables, or others, by service. */
  readonly config?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
  /** In a process each, so that one can be killed. */
  readonly apart?: boolean;
}

/** Purser split into services, in workerd itself. */
export const servicesServer = async (options: ServicesOptions = {}): Promise<ServicesServer> => {
  const databases = options.databases ?? (await contextDatabases());
  const secrets = options.secrets ?? freshSecrets();
  const { gateway, directory, wallets } = serviceSecrets(secrets);
  const { config = {}, apart = false } = options;
  const folder = await temporaryFolder("services");
  const log = join(folder, "workerd.log");
  bundles ??= builtServices();
  const output = openSync(log, "a");
  onFileEnd(async () => closeSync(output));
  const services = await startServices({
    bundles: await bundles,
    folder,
    apart,
    output,
    env: {
      gateway: { ...gateway, RATE_LIMIT_PER_SECOND: "100000", ...config.gateway },
      directory: { ...directory, ...databaseOf(databases.directory), ...config.directory },
      wallets: { ...wallets, ...databaseOf(databases.wallets), ...config.wallets },
    },
  }).catch(async (error) => {
    throw new Error(`${error}\n${await readFile(log, "utf8")}`);
  });
  onFileEnd(services.stop);
  return {
    ...services,
    adminToken: secrets.ADMIN_TOKEN,
    databaseUrl: databases.wallets.url,
    database: databases.wallets.postgres({ connections: 2 }),
    directoryDatabase: databases.directory.postgres({ connections: 2 }),
    fetch: (request) => fetch(request),
    log: () => readFile(log, "utf8"),
  };
};

const databaseOf = ({ url, neonEndpoint }: TestDatabase) => ({
  DATABASE_URL: url,
  NEON_ENDPOINT: neonEndpoint,
});

let bundles: Promise<string> | undefined;

/** One a test file. */
const builtServices = async (): Promise<string> => {
  const folder = await temporaryFolder("bundles");
  await buildDocsAssets();
  await buildServices(folder);
  return folder;
};

const temporaryFolder = async (name: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), `purser-${name}-`));
  onFileEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
