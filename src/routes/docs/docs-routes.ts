import { Hono } from "hono";
import openapi from "../../../docs/openapi.json" with { type: "json" };
import type { HonoEnv, Router } from "../hono-env.ts";
import { problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { errorsPage } from "./errors-page.ts";
import { referenceAssets, referencePage, startScript } from "./page.ts";

/** The OpenAPI document and the API reference. Committed and built: nothing is generated at run time. */
export const docsRoutes = ({ assets }: Pick<Services, "assets">): Router => {
  const router = new Hono<HonoEnv>();
  let document: string | undefined;
  router.get("/openapi.json", (c) => {
    document ??= JSON.stringify(openapi);
    return c.body(document, 200, { "Content-Type": "application/json; charset=utf-8", ...shortly });
  });
  router.get("/docs", (c) => c.html(referencePage, 200, shortly));
  router.get("/docs/errors", (c) => c.html(errorsPage, 200, shortly));
  router.get("/docs/start.js", (c) =>
    c.body(startScript, 200, { "Content-Type": "text/javascript; charset=utf-8", ...shortly }),
  );
  for (const name of referenceAssets) {
    router.get(`/docs/${name}`, async (c) => {
      const file = await assets.fetch(`docs/${name}`);
      if (!file) return problem(c, "not_found", "The API reference is not part of this build.");
      const type = name.endsWith(".css") ? "text/css" : "text/javascript";
      const headers = { "Content-Type": `${type}; charset=utf-8`, ...shortly };
      return new Response(file.body, { headers });
    });
  }
  return router;
};

const shortly = { "Cache-Control": "public, max-age=300" };
