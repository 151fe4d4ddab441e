import { Hono } from "hono";
import { createAdmit } from "./access/admit.ts";
import type { HonoEnv, Router } from "./hono-env.ts";
import { accessLog } from "./middleware/access-log.ts";
import { crossOrigin } from "./middleware/cross-origin.ts";
import { onFailure } from "./middleware/failure.ts";
import { noRoute } from "./middleware/no-route.ts";
import { observe } from "./middleware/observe.ts";
import { requestId } from "./middleware/request-id.ts";
import { requestMetrics } from "./middleware/request-metrics.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { exportTraces, trace } from "./middleware/trace.ts";
import { createRateLimiter } from "./rate-limit/limiter.ts";
import type { Services } from "./services.ts";

/** What the edge needs; the resources bring the rest. */
export type EdgeServices = Pick<
  Services,
  | "tokenStore"
  | "metrics"
  | "logger"
  | "tracing"
  | "scope"
  | "config"
  | "defer"
  | "sha256"
  | "mac"
  | "isFull"
  | "now"
> & {
  readonly directory: Pick<Services["directory"], "authenticate" | "touchApiKeys">;
};

/**
 * An app with everything around the resources: what each request passes, in order,
 * and what becomes of errors and of paths that lead nowhere.
 */
export const createEdgeApp = (
  services: EdgeServices,
  mount: (app: Router) => void,
): Hono<HonoEnv> => {
  const { config, metrics, logger, directory, defer, now, isFull = () => false } = services;
  const admit = createAdmit({
    directory,
    limiter: createRateLimiter(services.tokenStore, now, defer),
    onRateLimited: () => metrics.rateLimited.inc({}),
    onKeyLookup: (outcome) => metrics.keyLookups.inc({ outcome }),
    adminToken: config.adminToken,
    rateLimitPerSecond: config.rateLimitPerSecond,
    defer,
    sha256: services.sha256,
    now,
  });
  const observers = [
    accessLog(logger, { share: config.logShare, slowMs: config.slowMs }),
    requestMetrics(metrics),
    ...(services.tracing ? [exportTraces(services.tracing, config.slowMs)] : []),
  ];

  const app = new Hono<HonoEnv>();
  app.use(requestId, trace(services.tracing), observe(services.scope, observers), securityHeaders);
  if (config.corsOrigins.length > 0) app.use(crossOrigin(config.corsOrigins));
  app.use(async (c, next) => {
    c.set("admit", admit);
    c.set("maxBodyBytes", config.maxBodyBytes);
    c.set("mac", services.mac);
    c.set("isFull", isFull);
    await next();
  });
  mount(app);
  app.onError(onFailure);
  app.notFound(noRoute(app));
  return app;
};
