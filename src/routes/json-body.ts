import type { Context, MiddlewareHandler } from "hono";
import type { HonoEnv } from "./hono-env.ts";
import { jsonFault } from "./json-fault.ts";
import { problem } from "./problem.ts";

const jsonType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * Reads the body once, whatever the transfer coding: no larger than allowed (413),
 * declared as JSON (415), UTF-8 and one JSON value without doubled names (400). An
 * empty body counts as `{}`, so that its missing fields are named.
 */
export const readJsonBody: MiddlewareHandler<HonoEnv> = async (c, next) => {
  const limit = c.get("maxBodyBytes");
  const tooLarge = () =>
    problem(c, "body_too_large", `The request body may have at most ${limit} bytes.`);
  const declared = Number(c.req.header("Content-Length") ?? 0);
  if (declared > limit) return tooLarge();
  const bytes = await readAtMost(c.req.raw.body, limit);
  if (bytes === null) return tooLarge();
  if (bytes.length > 0) {
    if (!jsonType.test(c.req.header("Content-Type")?.trim() ?? "")) {
      return problem(c, "unsupported_media_type", "Send the body as application/json in UTF-8.");
    }
    const text = decode(bytes);
    const fault = text === null ? "is not UTF-8" : jsonFault(text);
    if (fault !== null) {
      return problem(c, "malformed_request", `The request body ${fault}.`, {
        errors: [{ pointer: "", detail: `The body ${fault}` }],
      });
    }
    cacheBody(c, text as string);
  } else {
    cacheBody(c, "{}");
  }
  await next();
  return undefined;
};

/** Where Hono's own `json()` looks first: it caches promises, though the type says otherwise. */
const cacheBody = (c: Context<HonoEnv>, text: string): void => {
  Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
};

const decode = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

/** The whole body, or `null` as soon as it is larger than `limit`. */
const readAtMost = async (
  stream: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array | null> => {
  if (!stream) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      // Not awaited: a client that never stops sending must not keep us waiting.
      void reader.cancel().catch(() => undefined);
      return null;
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
};
