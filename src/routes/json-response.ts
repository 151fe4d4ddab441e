import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { HonoEnv } from "./hono-env.ts";

const encoder = new TextEncoder();

/** Answers with JSON of a known length. Nothing here is for shared caches: it is one tenant's data. */
export const jsonResponse = (
  c: Context<HonoEnv>,
  status: ContentfulStatusCode,
  value: unknown,
  headers: Record<string, string> = {},
): Response => {
  const body = encoder.encode(JSON.stringify(value));
  return c.body(body, status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(body.length),
    "Cache-Control": "no-store",
    ...headers,
  });
};
