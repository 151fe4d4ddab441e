import { waitUntil } from "cloudflare:workers";
import type { Hono } from "hono";
import { createApp } from "../app.ts";
import type { HonoEnv } from "../routes/hono-env.ts";
import { composeServices } from "./compose.ts";
import { thisIsolate } from "./isolate.ts";
import { createLaneClient } from "./lane-client.ts";
import { levelledLogger } from "./levelled-logger.ts";
import { leasedTokens } from "./rate-limits-object.ts";
import { createRequestScope } from "./request-scope.ts";
import { countStatements } from "./statement-metrics.ts";
import { type Sweep, sweepHolds } from "./sweep.ts";
import { createTracing } from "./tracing.ts";
import { version } from "./version.ts";
import { readWorkerConfig, type WorkerEnv, workerDatabase } from "./worker-platform.ts";

// biome-ignore lint/performance/noBarrelFile: the runtime looks for its classes in the entry.
export { Lane } from "./lane-object.ts";
export { Metrics } from "./metrics-object.ts";
export { RateLimits } from "./rate-limits-object.ts";

/** One of each an isolate: nothing in them belongs to a request. */
let running: { readonly app: Hono<HonoEnv>; readonly sweep: Sweep } | undefined;

/** A sweep ends before the next one begins: the cron trigger comes once a minute. */
const sweepBudgetMs = 50_000;

const start = (env: WorkerEnv): NonNullable<typeof running> => {
  const config = readWorkerConfig(env);
  const { metrics, scrape, touched } = thisIsolate(env);
  const logger = levelledLogger(config.logLevel);
  const scope = createRequestScope();
  const database = workerDatabase(config, countStatements(metrics, scope));
  // What outlives an answer may count something, too.
  const defer = (work: Promise<unknown>): void => waitUntil(work.catch(() => {}).finally(touched));
  const lane = createLaneClient(env.LANE, config.lanes);
  const services = composeServices({
    config,
    database,
    lane,
    tokenStore: leasedTokens(env.RATE_LIMITS),
    assets: {
      fetch: async (path) => {
        // Only the path counts: the binding serves the assets of this Worker.
        const response = await env.ASSETS.fetch(`https://assets.invalid/${path}`);
        return response.ok ? response : null;
      },
    },
    metrics,
    scrape,
    logger,
    tracing: createTracing(config.traces, { metrics, version, runtime: "workers", defer }),
    scope,
    defer,
  });
  return { app: createApp(services), sweep: { database, lane, logger, metrics } };
};

export default {
  fetch: async (request: Request, env: WorkerEnv): Promise<Response> => {
    running ??= start(env);
    try {
      return await running.app.fetch(request);
    } finally {
      thisIsolate(env).touched();
    }
  },
  /** The cron trigger of `wrangler.toml`. */
  scheduled: async (_event: unknown, env: WorkerEnv): Promise<void> => {
    running ??= start(env);
    await sweepHolds(running.sweep, sweepBudgetMs);
    thisIsolate(env).touched();
  },
};
