import type { MiddlewareHandler } from "hono";
import { continueTrace, formatTraceparent } from "../../observability/trace-context.ts";
import type { HonoEnv } from "../hono-env.ts";

/** Continues the caller's W3C trace or starts one; the answer names this request's own span. */
export const trace: MiddlewareHandler<HonoEnv> = async (c, next) => {
  const context = continueTrace(c.req.header("traceparent"));
  c.set("trace", context);
  await next();
  c.header("traceparent", formatTraceparent(context));
};
