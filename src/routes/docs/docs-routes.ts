import { type Context, Hono } from "hono";
import { type AnswerBody, answer } from "../answer.ts";
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
    return text(c, file.body, type);
  };
  router.get("/openapi.json", (c) => serve(c, "openapi.json", "application/json"));
  router.get("/docs", (c) => text(c, referencePage, "text/html"));
  router.get("/docs/errors", (c) => text(c, errorsPage, "text/html"));
  router.get("/docs/start.js", (c) => text(c, startScript, "text/javascript"));
  for (const name of referenceAssets) {
    const type = name.endsWith(".css") ? "text/css" : "text/javascript";
    router.get(`/docs/${name}`, (c) => serve(c, `docs/${name}`, type));
  }
  return router;
};

const text = (c: Context<HonoEnv>, body: AnswerBody, type: string): Response =>
  answer(c, 200, body, {
    "Content-Type": `${type}; charset=utf-8`,
    "Cache-Control": "public, max-age=300",
  });
