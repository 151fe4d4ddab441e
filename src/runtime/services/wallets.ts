import { waitUntil } from "cloudflare:workers";
import { databaseReadiness } from "../../db/readiness.ts";
import type { Owners } from "../../domain/wallets/ports.ts";
import { withBooks } from "../books-metrics.ts";
import { composeWallets } from "../compose.ts";
import type { Environment } from "../config.ts";
import { type CountedEnv, thisIsolate } from "../isolate.ts";
import { createLaneClient, type LaneNamespace } from "../lane-client.ts";
import { levelledLogger } from "../levelled-logger.ts";
import { createReader, withReplicaLag } from "../replica.ts";
import { createRequestScope } from "../request-scope.ts";
import { type Sweep, sweepAll, sweepBudgetMs } from "../sweep.ts";
import { workerEdgePorts } from "../worker-edge-ports.ts";
import { workerDatabases } from "../worker-platform.ts";
import { readWalletsConfig } from "./config.ts";
import { type Carried, remote } from "./remote.ts";
import { type Running, service } from "./service.ts";
import { ownerVerbs, type WalletsService, walletsVerbs } from "./verbs.ts";

// biome-ignore lint/performance/noBarrelFile: the runtime looks for its classes in the entry.
export { Lane } from "../lane-object.ts";
export { Metrics } from "../metrics-object.ts";

/** The Worker's bindings; `services/wallets.toml` names them. */
interface WalletsEnv extends Environment, CountedEnv {
  readonly LANE: LaneNamespace;
  readonly DIRECTORY: Carried<Owners>;
}

let isolate: (Running<WalletsService> & { readonly sweep: Sweep }) | undefined;

const start = (env: WalletsEnv): NonNullable<typeof isolate> => {
  const config = readWalletsConfig(env);
  const { metrics, scrape } = thisIsolate(env);
  const logger = levelledLogger(config.logLevel);
  const scope = createRequestScope();
  const { database, replica } = workerDatabases(config.database, metrics, scope);
  const reader = createReader({ primary: database, replica, metrics, logger });
  const lane = createLaneClient(env.LANE, config.lanes, workerEdgePorts(waitUntil));
  const owners = remote("directory", ownerVerbs, env.DIRECTORY, scope);
  const api = {
    ...composeWallets({ config, database, reader, lane, scope, owners }),
    readiness: () => databaseReadiness(database),
    scrape: withReplicaLag(
      { primary: database, replica },
      withBooks(database, scrape, Date.now),
      Date.now,
    ),
  };
  const { keyRetentionDays } = config.database;
  const contexts = ["wallets"] as const;
  return { api, scope, sweep: { database, lane, logger, metrics, contexts, keyRetentionDays } };
};

const running = (env: WalletsEnv): NonNullable<typeof isolate> => {
  isolate ??= start(env);
  return isolate;
};

/** The wallets context as a service of its own; only service bindings and its cron reach it. */
export default class extends service(walletsVerbs, running) {
  /** The cron trigger of `services/wallets.toml`. */
  async scheduled(): Promise<void> {
    await sweepAll(running(this.env).sweep, sweepBudgetMs);
    thisIsolate(this.env).touched();
  }
}
