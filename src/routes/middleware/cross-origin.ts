import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { HonoEnv } from "../hono-env.ts";

/** Lets browsers of the configured origins call the API; keys travel in a header, never in cookies. */
export const crossOrigin = (origins: readonly string[]): MiddlewareHandler<HonoEnv> =>
  cors({
    origin: origins.includes("*") ? "*" : [...origins],
    allowMethods: ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"],
    allowHeaders: [
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "X-Request-Id",
      "traceparent",
    ],
    exposeHeaders: [
      "X-Request-Id",
      "RateLimit",
      "RateLimit-Policy",
      "Retry-After",
      "Idempotency-Replayed",
      "traceparent",
    ],
    maxAge: 600,
  });
