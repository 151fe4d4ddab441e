import { waitUntil } from "cloudflare:workers";
import type { Services } from "../routes/services.ts";
import type { EdgeConfig, Environment } from "./config.ts";
import { type CountedEnv, thisIsolate } from "./isolate.ts";
import { levelledLogger } from "./levelled-logger.ts";
import { leasedTokens, type RateLimitsNamespace } from "./rate-limits-object.ts";
import { createRequestScope } from "./request-scope.ts";
import { createTracing } from "./tracing.ts";

/** The bindings of a Worker that meets the clients. */
export interface EdgeEnv extends Environment, CountedEnv {
  readonly RATE_LIMITS: RateLimitsNamespace;
  readonly ASSETS: { fetch(url: string): Promise<Response> };
}

/** What a Worker needs to meet clients, besides what it serves them. */
export const workerEdge = (
  env: EdgeEnv,
  { app, traces, logLevel }: EdgeConfig,
): Pick<
  Services,
  "tokenStore" | "assets" | "metrics" | "scrape" | "logger" | "tracing" | "scope" | "defer"
> => {
  const { metrics, scrape, touched } = thisIsolate(env);
  // What outlives an answer may count something, too.
  const defer = (work: Promise<unknown>): void => waitUntil(work.catch(() => {}).finally(touched));
  return {
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
    logger: levelledLogger(logLevel),
    tracing: createTracing(traces, {
      metrics,
      version: app.version,
      runtime: app.runtime,
      defer,
    }),
    scope: createRequestScope(),
    defer,
  };
};
