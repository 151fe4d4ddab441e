import { Hono } from "hono";
import { ok } from "../../../src/domain/result.ts";
import { createEdgeApp } from "../../../src/routes/edge-app.ts";
import type { HonoEnv, Router } from "../../../src/routes/hono-env.ts";
import { operation } from "../../../src/routes/operation.ts";
import type { Services } from "../../../src/routes/services.ts";
import { systemRoutes } from "../../../src/routes/system.ts";
import { serveComparison } from "../comparison.ts";

/** Everything that a request passes, and nothing at its end. */
const emptyRoutes = (): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "get",
    "/nothing/:id",
    {
      id: "readNothing",
      tag: "Nothing",
      summary: "Answers nothing",
      scope: "wallets:read",
      success: { status: 204 },
    },
    async () => ok(undefined),
  );
  return router;
};

const emptyApp = (services: Services): Hono<HonoEnv> =>
  createEdgeApp(services, (app) => {
    app.route("/", systemRoutes(services));
    app.route("/v1", emptyRoutes());
  });

serveComparison({
  lane: () => ({ submit: () => Promise.reject(new Error("nothing is committed here")) }),
  app: emptyApp,
});
