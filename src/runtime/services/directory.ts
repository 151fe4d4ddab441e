import { databaseReadiness } from "../../db/readiness.ts";
import type { WalletOwners } from "../../domain/directory/wallet-owners.ts";
import { composeDirectory } from "../compose.ts";
import type { Environment } from "../config.ts";
import { type CountedEnv, thisIsolate } from "../isolate.ts";
import { levelledLogger } from "../levelled-logger.ts";
import { type Purge, purgeUsedKeys } from "../purge.ts";
import { createReader, withReplicaLag } from "../replica.ts";
import { createRequestScope } from "../request-scope.ts";
import { sweepBudgetMs } from "../sweep.ts";
import { workerDatabases } from "../worker-platform.ts";
import { readDirectoryConfig } from "./config.ts";
import { type Carried, remote } from "./remote.ts";
import { type Running, service } from "./service.ts";
import { type DirectoryService, directoryVerbs, walletOwnerVerbs } from "./verbs.ts";

// biome-ignore lint/performance/noBarrelFile: the runtime looks for its classes in the entry.
export { Metrics } from "../metrics-object.ts";

/** The Worker's bindings; `services/directory.toml` names them. */
interface DirectoryEnv extends Environment, CountedEnv {
  readonly WALLETS: Carried<WalletOwners>;
}

let isolate: (Running<DirectoryService> & { readonly purge: Purge }) | undefined;

const start = (env: DirectoryEnv): NonNullable<typeof isolate> => {
  const config = readDirectoryConfig(env);
  const { metrics, scrape } = thisIsolate(env);
  const logger = levelledLogger(config.logLevel);
  const scope = createRequestScope();
  const { database, replica } = workerDatabases(config.database, metrics, scope);
  const reader = createReader({ primary: database, replica, metrics, logger });
  const walletOwners = remote("wallets", walletOwnerVerbs, env.WALLETS, scope);
  const directory = composeDirectory(database, reader, walletOwners);
  const readiness = () => databaseReadiness(database);
  const scrapeAll = withReplicaLag({ primary: database, replica }, scrape, Date.now);
  const { keyRetentionDays } = config.database;
  return {
    api: { ...directory, readiness, scrape: scrapeAll },
    scope,
    purge: { database, contexts: ["directory"], keyRetentionDays, logger, metrics },
  };
};

const running = (env: DirectoryEnv): NonNullable<typeof isolate> => {
  isolate ??= start(env);
  return isolate;
};

/** The directory context as a service of its own; only service bindings and its cron reach it. */
export default class extends service(directoryVerbs, running) {
  /** The cron trigger of `services/directory.toml`. */
  async scheduled(): Promise<void> {
    await purgeUsedKeys(running(this.env).purge, sweepBudgetMs);
    thisIsolate(this.env).touched();
  }
}
