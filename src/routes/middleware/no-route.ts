import type { Context, Hono } from "hono";
import { answer } from "../answer.ts";
import type { HonoEnv } from "../hono-env.ts";
import { problem } from "../problem.ts";

/** 404 for unknown paths; 405 with `Allow` for known ones (RFC 9110 §15.5.6); OPTIONS answers what there is. */
export const noRoute = (app: Hono<HonoEnv>): ((c: Context<HonoEnv>) => Response) => {
  let patterns: readonly Pattern[] | undefined;
  return (c) => {
    patterns ??= readPatterns(app);
    const methods = new Set(
      patterns.filter(({ path }) => path.test(c.req.path)).map(({ method }) => method),
    );
    if (methods.size === 0) return problem(c, "not_found", "There is no such resource.");
    if (methods.has("GET")) methods.add("HEAD");
    const allow = [...methods, "OPTIONS"].sort().join(", ");
    if (c.req.method === "OPTIONS") return answer(c, 204, null, { Allow: allow });
    return problem(c, "method_not_allowed", `This resource has ${allow}.`, {
      headers: { Allow: allow },
    });
  };
};

interface Pattern {
  readonly method: string;
  readonly path: RegExp;
}

const readPatterns = (app: Hono<HonoEnv>): Pattern[] =>
  app.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => ({
      method,
      path: new RegExp(`^${path.replaceAll(".", "\\.").replace(/:\w+(\{.+?\})?/g, "[^/]+")}$`),
    }));
