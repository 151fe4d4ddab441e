import type { Context } from "hono";
import type { HonoEnv } from "../hono-env.ts";

const requestIdForm = /^[A-Za-z0-9._-]{1,64}$/;

/** Takes the client's `X-Request-Id` if it is well formed, else makes one, and answers with it. */
export const takeRequestId = (c: Context<HonoEnv>): void => {
  const given = c.req.header("X-Request-Id");
  const id = given !== undefined && requestIdForm.test(given) ? given : crypto.randomUUID();
  c.set("requestId", id);
  c.set("answerHeaders", { "X-Request-Id": id });
};
