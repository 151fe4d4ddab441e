import type { Context, MiddlewareHandler } from "hono";
import type { HonoEnv } from "./hono-env.ts";
import { jsonFault } from "./json-fault.ts";
import { problem } from "./problem.ts";

const jsonType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * Reads the body once, whatever the transfer coding: no larger than allowed (413),
 * declared as JSON (415), whole, UTF-8 and one JSON value without doubled names (400).
 * An empty body counts as `{}`, so that its missing fields are named.
 */
export const readJsonBody: MiddlewareHandler<HonoEnv> = async (c, next) => {
  const limit = c.get("maxBodyBytes");
  const tooLarge = () =>
    problem(c, "body_too_large", `The request body may have at most ${limit} bytes.`);
  const malformed = (fault: string) =>
    problem(c, "malformed_request", `The request body ${fault}.`, {
      errors: [{ pointer: "", detail: `The body ${fault}` }],
    });
  const declared = Number(c.req.header("Content-Length") ?? 0);
  if (declared > limit) return tooLarge();
  const bytes = await (declared > 0
    ? readDeclared(c.req.raw, limit)
    : readAtMost(c.req.raw.body, limit));
  if (bytes === "too large") return tooLarge();
  if (bytes === "too many pieces") {
    return problem(
      c,
      "body_too_large",
      `The request body may come in at most ${mostPieces} pieces.`,
    );
  }
  if (bytes === "broken off") return malformed("breaks off");
  if (bytes.length > 0) {
    if (!jsonType.test(c.req.header("Content-Type")?.trim() ?? "")) {
      return problem(c, "unsupported_media_type", "Send the body as application/json in UTF-8.");
    }
    const text = decode(bytes);
    const fault = text === null ? "is not UTF-8" : jsonFault(text);
    if (fault !== null) return malformed(fault);
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

const utf8 = new TextDecoder("utf-8", { fatal: true });

const decode = (bytes: Uint8Array): string | null => {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
};

/** Far more than a client needs. On Deno a piece costs 0.1 ms, however small it is. */
const mostPieces = 16_384;

type Unread = "too large" | "too many pieces" | "broken off";

/** A body of known length, at once: as a stream it would cost Node more than all the rest of reading it. */
const readDeclared = async (request: Request, limit: number): Promise<Uint8Array | Unread> => {
  try {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return bytes.length > limit ? "too large" : bytes;
  } catch {
    return "broken off";
  }
};

/** The whole body, or as soon as it is known why there is none. */
const readAtMost = async (
  stream: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array | Unread> => {
  if (!stream) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  const giveUp = (why: Unread): Unread => {
    // Not awaited: a client that never stops sending must not keep us waiting.
    void reader.cancel().catch(() => undefined);
    return why;
  };
  for (;;) {
    // It fails where the connection ends or the framing is wrong: the client's doing, not ours.
    const piece = await reader.read().catch(() => "broken off" as const);
    if (piece === "broken off") return piece;
    if (piece.done) break;
    size += piece.value.length;
    if (size > limit) return giveUp("too large");
    chunks.push(piece.value);
    if (chunks.length > mostPieces) return giveUp("too many pieces");
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
};
