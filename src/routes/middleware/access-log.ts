import type { MiddlewareHandler } from "hono";
import type { Logger, LogLevel } from "../../observability/logger.ts";
import { isHttpMethod } from "../../observability/metrics.ts";
import type { HonoEnv } from "../hono-env.ts";
import { matchedRoute } from "./matched-route.ts";

/** One line a request, whatever became of it. */
export const accessLog =
  (logger: Logger): MiddlewareHandler<HonoEnv> =>
  async (c, next) => {
    const startedAt = performance.now();
    try {
      await next();
    } finally {
      const actor = c.get("actor");
      const { traceId, spanId } = c.get("trace");
      logger.log(levelOf(c.res.status), {
        event: "request",
        requestId: c.get("requestId"),
        traceId,
        spanId,
        organizationId: actor?.organizationId,
        apiKeyId: actor?.apiKeyId,
        // A method is the client's text, too.
        method: isHttpMethod(c.req.method) ? c.req.method : "other",
        route: matchedRoute(c),
        status: c.res.status,
        durationMs: Math.round((performance.now() - startedAt) * 1000) / 1000,
        bytes: Number(c.res.headers.get("Content-Length") ?? 0),
        code: c.get("problemCode"),
        ...c.get("failure"),
      });
    }
  };

const levelOf = (status: number): LogLevel => {
  if (status >= 500) return "error";
  return status >= 400 ? "warn" : "info";
};
