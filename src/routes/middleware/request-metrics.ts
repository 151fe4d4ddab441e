import type { MiddlewareHandler } from "hono";
import type { Metrics } from "../../observability/metrics.ts";
import type { HonoEnv } from "../hono-env.ts";
import { matchedRoute } from "./matched-route.ts";

/** Counts and times every request; its exemplar leads to the log line and the trace. */
export const requestMetrics =
  (metrics: Metrics): MiddlewareHandler<HonoEnv> =>
  async (c, next) => {
    const startedAt = performance.now();
    metrics.httpInFlight.add({}, 1);
    try {
      await next();
    } finally {
      metrics.httpInFlight.add({}, -1);
      const route = matchedRoute(c);
      const { method } = c.req;
      const exemplar = { trace_id: c.get("trace").traceId, request_id: c.get("requestId") };
      metrics.httpRequests.inc({ route, method, status: String(c.res.status) }, 1, exemplar);
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.httpDuration.observe({ route, method }, seconds, exemplar);
      metrics.responseBytes.inc({ route }, Number(c.res.headers.get("Content-Length") ?? 0));
    }
  };
