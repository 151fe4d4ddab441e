import { type Context, Hono } from "hono";
import type { HonoEnv, Router } from "../hono-env.ts";
import { problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { errorsPage } from "./errors-page.ts";
import { referenceAssets, referencePage, startScript } from "./page.ts";

/**
 * The OpenAPI document and the API reference: static files, so that no isolate has to load
 * them to answer a payment. Nothing is generated at run time.
 */
export const docsRoutes = ({ assets }: Pick<Services, "assets">): Router => {
  const router = new Hono<HonoEnv>();
  const serve = async (c: Context<HonoEnv>, path: string, type: string): Promise<Response> => {
    const file = await assets.fetch(path);
    if (!file) return problem(c, "not_found", "The documentation is not part of this build.");
    const headers = { "Content-Type": `${type}; charset=utf-8`, ...shortly };
    return new Response(file.body, { headers });
  };
  router.get("/openapi.json", (c) => serve(c, "openapi.json", "application/json"));
  router.get("/docs", (c) => c.html(referencePage, 200, shortly));
  router.get("/docs/errors", (c) => c.html(errorsPage, 200, shortly));
  router.get("/docs/start.js", (c) =>
    c.body(startScript, 200, { "Content-Type": "text/javascript; charset=utf-8", ...shortly }),
  );
  for (const name of referenceAssets) {
    const type = name.endsWith(".css") ? "text/css" : "text/javascript";
    router.get(`/docs/${name}`, (c) => serve(c, `docs/${name}`, type));
  }
  return router;
};

const shortly = { "Cache-Control": "public, max-age=300" };
