import type { Hono } from "hono";
import { createApp } from "../app.ts";
import { contexts } from "../db/contexts.ts";
import type { HonoEnv } from "../routes/hono-env.ts";
import { composeServices } from "./compose.ts";
import { thisIsolate } from "./isolate.ts";
import { createLaneClient } from "./lane-client.ts";
import { type Sweep, sweepAll, sweepBudgetMs } from "./sweep.ts";
import { workerEdge } from "./worker-edge.ts";
import { workerEdgePorts } from "./worker-edge-ports.ts";
import { readWorkerConfig, type WorkerEnv, workerDatabases } from "./worker-platform.ts";

// biome-ignore lint/performance/noBarrelFile: the runtime looks for its classes in the entry.
export { Lane } from "./lane-object.ts";
export { Metrics } from "./metrics-object.ts";
export { RateLimits } from "./rate-limits-object.ts";

/** One of each an isolate: nothing in them belongs to a request. */
let running: { readonly app: Hono<HonoEnv>; readonly sweep: Sweep } | undefined;

const start = (env: WorkerEnv): NonNullable<typeof running> => {
  const config = readWorkerConfig(env);
  const edge = workerEdge(env, config);
  const { metrics, scope, logger, defer } = edge;
  const { database, replica } = workerDatabases(config.database, metrics, scope);
  const lane = createLaneClient(env.LANE, config.lanes, workerEdgePorts(defer));
  const services = composeServices({ ...edge, config, database, replica, lane });
  const { keyRetentionDays } = config.database;
  return {
    app: createApp(services),
    sweep: { database, lane, logger, metrics, contexts, keyRetentionDays },
  };
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
    await sweepAll(running.sweep, sweepBudgetMs);
    thisIsolate(env).touched();
  },
};
