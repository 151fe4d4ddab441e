import { Hono } from "hono";
import { createAdmit } from "./access/admit.ts";
import type { HonoEnv, Router } from "./hono-env.ts";
import { accessLog } from "./middleware/access-log.ts";
import { crossOrigin } from "./middleware/cross-origin.ts";
import { onFailure } from "./middleware/failure.ts";
import { noRoute } from "./middleware/no-route.ts";
import { observe } from "./middleware/observe.ts";
import { takeRequestId } from "./middleware/request-id.ts";
import { requestMetrics } from "./middleware/request-metrics.ts";
import { addSecurityHeaders } from "./middleware/security-headers.ts";
import { exportTraces, joinTrace } from "./middleware/trace.ts";
import { PathRouter } from "./path-router.ts";
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

  const app = new Hono<HonoEnv>({ router: new PathRouter() });
  const observed = observe(services.scope, observers);
  // In one: each middleware is two promises and a frame of its own for as long as a request waits.
  app.use((c, next) => {
    takeRequestId(c);
    joinTrace(c, services.tracing);
    addSecurityHeaders(c);
    c.set("admit", admit);
    c.set("maxBodyBytes", config.maxBodyBytes);
    c.set("mac", services.mac);
    c.set("isFull", isFull);
    return observed(c, next);
  });
  if (config.corsOrigins.length > 0) app.use(crossOrigin(config.corsOrigins));
  mount(app);
  app.onError(onFailure);
  app.notFound(noRoute(app));
  return app;
};
