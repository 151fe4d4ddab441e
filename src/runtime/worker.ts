import { waitUntil } from "cloudflare:workers";
import type { Hono } from "hono";
import { createApp } from "../app.ts";
import { createMetrics } from "../observability/metrics.ts";
import type { HonoEnv } from "../routes/hono-env.ts";
import { composeServices } from "./compose.ts";
import { createLaneClient } from "./lane-client.ts";
import { levelledLogger } from "./levelled-logger.ts";
import { leasedTokens } from "./rate-limits-object.ts";
import { countStatements } from "./statement-metrics.ts";
import { version } from "./version.ts";
import { readWorkerConfig, type WorkerEnv, workerDatabase } from "./worker-platform.ts";

// biome-ignore lint/performance/noBarrelFile: the runtime looks for its classes in the entry.
export { Lane } from "./lane-object.ts";
export { RateLimits } from "./rate-limits-object.ts";

/** One app an isolate: nothing in it belongs to a request. */
let app: Hono<HonoEnv> | undefined;

const start = (env: WorkerEnv): Hono<HonoEnv> => {
  const config = readWorkerConfig(env);
  const metrics = createMetrics({ version, runtime: "workers" });
  return createApp(
    composeServices({
      config,
      database: workerDatabase(config, countStatements(metrics)),
      lane: createLaneClient(env.LANE, config.lanes),
      tokenStore: leasedTokens(env.RATE_LIMITS),
      assets: {
        fetch: async (path) => {
          // Only the path counts: the binding serves the assets of this Worker.
          const response = await env.ASSETS.fetch(`https://assets.invalid/${path}`);
          return response.ok ? response : null;
        },
      },
      metrics,
      logger: levelledLogger(config.logLevel),
      defer: (work) => waitUntil(work.catch(() => {})),
    }),
  );
};

export default {
  fetch: (request: Request, env: WorkerEnv): Response | Promise<Response> => {
    app ??= start(env);
    return app.fetch(request);
  },
};
