import type { Context } from "hono";
import type { HonoEnv } from "./hono-env.ts";

export type AnswerBody = ConstructorParameters<typeof Response>[0];

/** Headers by their names, in the one spelling that the code uses for each. */
export type AnswerHeaders = Record<string, string>;

/**
 * Every answer is made here, with the headers that middlewares have left for it. They are
 * a plain object until the runtime writes them: making, setting and listing a `Headers`
 * cost a sixth of a request's time on Node, and changing those of a finished answer turns
 * its body into a stream.
 */
export const answer = (
  c: Context<HonoEnv>,
  status: number,
  body: AnswerBody,
  headers: AnswerHeaders = {},
): Response => new Response(body, { status, headers: { ...c.get("answerHeaders"), ...headers } });

/** Adds headers to the answer that is still to be made. */
export const addHeaders = (c: Context<HonoEnv>, headers: AnswerHeaders): void => {
  Object.assign(c.get("answerHeaders"), headers);
};
