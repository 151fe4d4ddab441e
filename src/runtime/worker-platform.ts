import type { Database } from "../db/database.ts";
import type { OnStatement } from "../db/drivers/observe.ts";
import type { RequestScope } from "../observability/activity.ts";
import type { Metrics } from "../observability/metrics.ts";
import { type Config, type DatabaseConfig, readConfig } from "./config.ts";
import type { LaneNamespace } from "./lane-client.ts";
import { requestDatabase } from "./request-database.ts";
import { countStatements } from "./statement-metrics.ts";
import { version } from "./version.ts";
import type { EdgeEnv } from "./worker-edge.ts";

/** The Worker's bindings; `wrangler.toml` names them. */
export interface WorkerEnv extends EdgeEnv {
  readonly LANE: LaneNamespace;
}

export const readWorkerConfig = (env: WorkerEnv): Config => readConfig(env, "workers", version);

/** Six connections at once are all that a request or an object may have open. */
const mostConnections = { request: 2, object: 5 };

/**
 * Neon over HTTP keeps nothing between requests, as Workers want it. PostgreSQL's own
 * protocol, by way of Hyperdrive, has connections: of each request in `scope`, or, without
 * one, of the Durable Object that asks, which may keep them.
 */
export const workerDatabase = (
  { url, driver, endpoint }: DatabaseConfig,
  onStatement: OnStatement,
  scope?: RequestScope,
): Database =>
  whenAsked(async () => {
    if (driver === "neon") {
      const { neonDatabase } = await import("../db/drivers/neon.ts");
      return neonDatabase({ url, ...(endpoint && { endpoint }), onStatement });
    }
    const { postgresDatabase } = await import("../db/drivers/postgres.ts");
    const shared = { url, onStatement, sharedSessions: true };
    if (!scope) return postgresDatabase({ ...shared, connections: mostConnections.object });
    return requestDatabase(scope, () =>
      postgresDatabase({ ...shared, connections: mostConnections.request }),
    );
  });

/** Loading both drivers takes a tenth of a Worker's start, and an isolate needs one at most. */
const whenAsked = (open: () => Promise<Database>): Database => {
  let opened: Promise<Database> | undefined;
  const database = (): Promise<Database> => {
    opened ??= open();
    return opened;
  };
  return {
    run: async (statement, options) => (await database()).run(statement, options),
    batch: async (statements, options) => (await database()).batch(statements, options),
  };
};

/** The database as requests use it, and its replica, if one is configured. */
export const workerDatabases = (
  config: DatabaseConfig,
  metrics: Metrics,
  scope: RequestScope,
): { readonly database: Database; readonly replica: Database | undefined } => {
  const { readUrl } = config;
  return {
    database: workerDatabase(config, countStatements(metrics, scope), scope),
    replica:
      readUrl === undefined
        ? undefined
        : workerDatabase(
            { ...config, url: readUrl },
            countStatements(metrics, scope, "replica"),
            scope,
          ),
  };
};
