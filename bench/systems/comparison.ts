import type { Hono } from "hono";
import { createApp } from "../../src/app.ts";
import { postgresDatabase } from "../../src/db/drivers/postgres.ts";
import type { CommandLane } from "../../src/domain/wallets/lane/job.ts";
import { createMetrics } from "../../src/observability/metrics.ts";
import type { HonoEnv } from "../../src/routes/hono-env.ts";
import { createBucketStore } from "../../src/routes/rate-limit/bucket-store.ts";
import type { Services } from "../../src/routes/services.ts";
import { builtAssets } from "../../src/runtime/built-assets.ts";
import { composeServices } from "../../src/runtime/compose.ts";
import { type Config, readConfig } from "../../src/runtime/config.ts";
import { levelledLogger } from "../../src/runtime/levelled-logger.ts";
import { createNodeServer } from "../../src/runtime/node-server.ts";
import { writeToProcess } from "../../src/runtime/process-log.ts";
import { createRequestScope } from "../../src/runtime/request-scope.ts";
import { shareLookUps } from "../../src/runtime/shared-look-ups.ts";
import { countStatements } from "../../src/runtime/statement-metrics.ts";
import { createTracing } from "../../src/runtime/tracing.ts";
import { version } from "../../src/runtime/version.ts";

export interface Comparison {
  /** In place of Purser's lane. */
  readonly lane: (config: Config) => CommandLane;
  /** In place of Purser's app. */
  readonly app?: (services: Services) => Hono<HonoEnv>;
}

/**
 * Purser's own process with another way to commit, or with other routes: the same HTTP
 * stack, middleware, configuration and pool (`src/runtime/process.ts` is what it follows),
 * so that a comparison shows the difference and nothing else.
 */
export const serveComparison = ({ lane, app = createApp }: Comparison): void => {
  const config = readConfig(process.env, "node", version);
  const metrics = createMetrics({ version, runtime: "node" });
  const scope = createRequestScope();
  const database = postgresDatabase({
    url: config.database.url,
    connections: config.database.connections,
    onStatement: countStatements(metrics, scope),
  });
  const defer = (work: Promise<unknown>): void => void work.catch(() => {});
  const services = composeServices({
    config,
    database,
    lane: lane(config),
    metrics,
    scrape: async () => metrics.snapshot(),
    logger: levelledLogger(config.logLevel, writeToProcess()),
    tokenStore: createBucketStore(Date.now),
    assets: builtAssets(),
    tracing: createTracing(config.traces, { metrics, version, runtime: "node", defer }),
    scope,
    share: shareLookUps(scope),
    defer,
  });
  const { fetch } = app(services);
  createNodeServer((request) => fetch(request)).listen(config.host, config.port);
  process.on("SIGTERM", () => process.exit(0));
};
