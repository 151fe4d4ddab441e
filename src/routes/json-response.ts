import type { Context } from "hono";
import { type AnswerHeaders, answer } from "./answer.ts";
import type { HonoEnv } from "./hono-env.ts";

const encoder = new TextEncoder();

/** Answers with JSON of a known length. Nothing here is for shared caches: it is one tenant's data. */
export const jsonResponse = (
  c: Context<HonoEnv>,
  status: number,
  value: unknown,
  headers: AnswerHeaders = {},
): Response => {
  const body = encoder.encode(JSON.stringify(value));
  c.set("responseBytes", body.length);
  return answer(c, status, body, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(body.length),
    "Cache-Control": "no-store",
    ...headers,
  });
};
