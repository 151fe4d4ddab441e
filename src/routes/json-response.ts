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
  // As a text it goes out in one piece with the headers.
  const body = JSON.stringify(value);
  const bytes = bytesOf(body);
  c.set("responseBytes", bytes);
  return answer(c, status, body, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(bytes),
    "Cache-Control": "no-store",
    ...headers,
  });
};

const notAscii = /[^\0-\x7f]/;

const bytesOf = (text: string): number =>
  notAscii.test(text) ? encoder.encode(text).length : text.length;
