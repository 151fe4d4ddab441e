import { waitUntil } from "cloudflare:workers";
import type { Hono } from "hono";
import { createApp } from "../../../src/app.ts";
import { createWalletStore } from "../../../src/db/wallets/wallet-store.ts";
import type { HonoEnv } from "../../../src/routes/hono-env.ts";
import { composeServices } from "../../../src/runtime/compose.ts";
import { thisIsolate } from "../../../src/runtime/isolate.ts";
import { levelledLogger } from "../../../src/runtime/levelled-logger.ts";
import { leasedTokens } from "../../../src/runtime/rate-limits-object.ts";
import { createRequestScope } from "../../../src/runtime/request-scope.ts";
import { sha256Hex } from "../../../src/runtime/sha256.ts";
import { sleep } from "../../../src/runtime/sleep.ts";
import { countStatements } from "../../../src/runtime/statement-metrics.ts";
import { createTracing } from "../../../src/runtime/tracing.ts";
import { version } from "../../../src/runtime/version.ts";
import {
  readWorkerConfig,
  type WorkerEnv,
  workerDatabase,
} from "../../../src/runtime/worker-platform.ts";
import { DirectLane } from "./lane.ts";

// The same classes, so that the same configuration fits; nobody calls this lane.
// biome-ignore lint/performance/noBarrelFile: the runtime looks for its classes in the entry.
export { Lane } from "../../../src/runtime/lane-object.ts";
export { Metrics } from "../../../src/runtime/metrics-object.ts";
export { RateLimits } from "../../../src/runtime/rate-limits-object.ts";

/** As much as a lane's object may remember. */
const cacheBytes = 24 * 1024 * 1024;

let running: Hono<HonoEnv> | undefined;

/** Purser's Worker (`src/runtime/worker.ts` is what it follows) that commits without lanes. */
const start = (env: WorkerEnv): Hono<HonoEnv> => {
  const config = readWorkerConfig(env);
  const { metrics, scrape } = thisIsolate(env);
  const scope = createRequestScope();
  const database = workerDatabase(config.database, countStatements(metrics, scope));
  const defer = (work: Promise<unknown>): void => waitUntil(work.catch(() => {}));
  return createApp(
    composeServices({
      config,
      database,
      lane: new DirectLane(
        {
          store: createWalletStore(database),
          sha256: sha256Hex,
          now: Date.now,
          random: Math.random,
          sleep,
        },
        cacheBytes,
      ),
      tokenStore: leasedTokens(env.RATE_LIMITS),
      assets: { fetch: async () => null },
      metrics,
      scrape,
      logger: levelledLogger(config.logLevel),
      tracing: createTracing(config.traces, { metrics, version, runtime: "workers", defer }),
      scope,
      defer,
    }),
  );
};

export default {
  fetch: async (request: Request, env: WorkerEnv): Promise<Response> => {
    running ??= start(env);
    try {
      return await running.fetch(request);
    } finally {
      thisIsolate(env).touched();
    }
  },
};
