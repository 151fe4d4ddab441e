import { Hono } from "hono";
import * as z from "zod";
import { exposition } from "../observability/exposition.ts";
import { sameText } from "./access/constant-time.ts";
import { bearerToken } from "./access/credentials.ts";
import { answer } from "./answer.ts";
import type { HonoEnv, Router } from "./hono-env.ts";
import { jsonResponse } from "./json-response.ts";
import { systemOperation } from "./operation-description.ts";
import { problem } from "./problem.ts";
import { cacheReadiness } from "./readiness-cache.ts";
import type { Services } from "./services.ts";

const health = z.object({
  status: z.literal("ok"),
  version: z.string(),
  runtime: z.enum(["workers", "node", "deno"]),
});

const ready = z.object({ status: z.literal("ready") });

/** What operators and probes ask. Without the envelope: their readers want it flat. */
export const systemRoutes = (
  services: Pick<Services, "config" | "readiness" | "scrape" | "sha256" | "now" | "defer">,
): Router => {
  const router = new Hono<HonoEnv>();
  const { version, runtime, metricsToken } = services.config;
  const maySee = (authorization: string | undefined): boolean => {
    if (metricsToken === undefined) return true;
    const token = bearerToken(authorization);
    return token !== undefined && sameText(services.sha256(token), services.sha256(metricsToken));
  };
  const readiness = cacheReadiness(services.readiness, services.now, services.defer);

  systemOperation(
    router,
    "/health",
    { id: "getHealth", summary: "Whether the process lives", data: health },
    (c) => jsonResponse(c, 200, { status: "ok", version, runtime }),
  );

  systemOperation(
    router,
    "/ready",
    {
      id: "getReadiness",
      summary: "Whether requests can be served",
      data: ready,
      problems: ["not_ready"],
    },
    async (c) => {
      const { database, migrations } = await readiness.check();
      if (!database) return problem(c, "not_ready", "The database does not answer.");
      if (!migrations)
        return problem(c, "not_ready", "The database's schema is not this version's.");
      return jsonResponse(c, 200, { status: "ready" });
    },
  );

  systemOperation(
    router,
    "/metrics",
    {
      id: "getMetrics",
      summary: "Metrics for Prometheus",
      description: "OpenMetrics 1.0 if `Accept` asks for it, else the text format 0.0.4.",
      text: ["application/openmetrics-text", "text/plain"],
      problems: ["unauthenticated"],
    },
    async (c) => {
      if (!maySee(c.req.header("Authorization"))) {
        return problem(c, "unauthenticated", "Send the metrics token as bearer token.", {
          headers: { "WWW-Authenticate": 'Bearer realm="purser-metrics"' },
        });
      }
      const { contentType, text } = exposition(await services.scrape(), c.req.header("Accept"));
      return answer(c, 200, text, { "Content-Type": contentType, "Cache-Control": "no-store" });
    },
  );
  return router;
};
