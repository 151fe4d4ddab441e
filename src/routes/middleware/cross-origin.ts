import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { answer } from "../answer.ts";
import type { HonoEnv } from "../hono-env.ts";

/** Lets browsers of the configured origins call the API; keys travel in a header, never in cookies. */
export const crossOrigin = (origins: readonly string[]): MiddlewareHandler<HonoEnv> => {
  const allow = cors({
    origin: origins.includes("*") ? "*" : [...origins],
    allowMethods: ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"],
    allowHeaders: [
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "Purser-Consistency-Token",
      "X-Request-Id",
      "traceparent",
    ],
    exposeHeaders: [
      "X-Request-Id",
      "RateLimit",
      "RateLimit-Policy",
      "Retry-After",
      "Idempotency-Replayed",
      "Purser-Consistency-Token",
      "traceparent",
    ],
    maxAge: 600,
  });
  return async (c, next) => {
    const preflight = await allow(c, next);
    return preflight && answer(c, preflight.status, null, Object.fromEntries(preflight.headers));
  };
};
