import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import type { HonoEnv } from "../hono-env.ts";

/** The pattern of the operation that a request reached, never its path; `unmatched` if none. */
export const matchedRoute = (c: Context<HonoEnv>): string =>
  // Operations are registered for a method, middleware for all of them.
  matchedRoutes(c).findLast(({ method }) => method !== "ALL")?.path ?? "unmatched";
