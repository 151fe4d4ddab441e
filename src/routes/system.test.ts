import { describe, expect, test } from "vitest";
import { createTestEdge, readProblem, sha256 } from "../../test/support/edge.ts";
import { readOpenMetrics, sumOf } from "../../test/support/open-metrics.ts";
import { createMetrics } from "../observability/metrics.ts";
import { docsRoutes } from "./docs/docs-routes.ts";
import { problemKinds } from "./problem.ts";
import type { Readiness } from "./services.ts";
import { systemRoutes } from "./system.ts";

/** The one file that these tests have built. */
const built: Readonly<Record<string, () => Response>> = {
  "openapi.json": () => new Response("the document"),
};

const system = async (over: { readiness?: Readiness["check"]; metricsToken?: string } = {}) => {
  let time = 0;
  const metrics = createMetrics({ version: "1.2.3", runtime: "node" });
  const edge = await createTestEdge({
    services: { metrics },
    mount: (app) => {
      app.route(
        "/",
        systemRoutes({
          config: {
            version: "1.2.3",
            runtime: "node",
            adminToken: undefined,
            metricsToken: over.metricsToken,
            corsOrigins: [],
            rateLimitPerSecond: 1,
            maxBodyBytes: 1,
            logShare: 1,
            slowMs: 1_000,
          },
          readiness: {
            check: over.readiness ?? (async () => ({ database: true, migrations: true })),
          },
          scrape: async () => metrics.snapshot(),
          defer: () => undefined,
          sha256,
          now: () => time,
        }),
      );
      app.route("/", docsRoutes({ assets: { fetch: async (path) => built[path]?.() ?? null } }));
    },
  });
  return {
    get: (path: string, headers: Record<string, string> = {}) =>
      edge.app.request(path, { headers }),
    advance: (ms: number) => {
      time += ms;
    },
  };
};

test("health tells the version to anyone, whatever the database does", async () => {
  const { get } = await system({ readiness: () => Promise.reject(new Error("down")) });
  const response = await get("/health");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "ok", version: "1.2.3", runtime: "node" });
});

describe("readiness", () => {
  test("needs a database with this version's schema", async () => {
    expect((await (await system()).get("/ready")).status).toBe(200);
    for (const state of [
      { database: false, migrations: false },
      { database: true, migrations: false },
    ]) {
      const { get } = await system({ readiness: async () => state });
      const response = await get("/ready");
      expect(response.headers.get("Retry-After")).toBe("5");
      expect(await readProblem(response)).toMatchObject({ status: 503, code: "not_ready" });
    }
  });

  test("is checked at most every three seconds, and once at a time", async () => {
    let checks = 0;
    const { get, advance } = await system({
      readiness: async () => {
        checks += 1;
        return { database: true, migrations: true };
      },
    });
    await Promise.all(Array.from({ length: 20 }, () => get("/ready")));
    advance(2_999);
    await get("/ready");
    expect(checks).toBe(1);
    advance(1);
    await get("/ready");
    expect(checks).toBe(2);
  });

  test("that cannot be checked is none", async () => {
    const { get } = await system({ readiness: () => Promise.reject(new Error("secret host")) });
    expect((await readProblem(await get("/ready"))).detail).not.toContain("secret");
  });
});

describe("metrics", () => {
  test("are open unless a token is set", async () => {
    const { get } = await system();
    const response = await get("/metrics", { Accept: "application/openmetrics-text" });
    const families = await readOpenMetrics(response);
    expect(sumOf(families, "purser_build_info", { version: "1.2.3", runtime: "node" })).toBe(1);
  });

  test("want the token that is set", async () => {
    const { get } = await system({ metricsToken: "scrape-me" });
    expect((await get("/metrics")).status).toBe(401);
    expect((await get("/metrics", { Authorization: "Bearer scrape" })).status).toBe(401);
    expect((await get("/metrics", { Authorization: "Bearer scrape-me" })).status).toBe(200);
  });

  test("do not count that they are asked for among the requests", async () => {
    const { get } = await system({ metricsToken: "scrape-me" });
    const scrape = async () =>
      (await get("/metrics", { Authorization: "Bearer scrape-me" })).text();
    await get("/health");
    await get("/metrics");
    await scrape();
    const text = await scrape();
    expect(text).not.toContain('"/metrics"');
    expect(text).toContain("purser_http_requests_in_flight 0\n");
    expect(
      text.split("\n").filter((line) => /^purser_(http_requests|scrapes)_total/.test(line)),
    ).toEqual([
      'purser_http_requests_total{route="/health",method="GET",status="200"} 1',
      'purser_scrapes_total{status="401"} 1',
      'purser_scrapes_total{status="200"} 1',
    ]);
  });
});

describe("the documentation", () => {
  test("is a page whose scripts are all from here, none of them inline", async () => {
    const { get } = await system();
    const response = await get("/docs");
    const html = await response.text();
    expect(html).not.toMatch(/https?:\/\//);
    expect(html).not.toMatch(/<script(?![^>]*src=)[^>]*>/);
    const policy = response.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect((await get("/docs/start.js")).headers.get("Content-Type")).toContain("text/javascript");
  });

  test("has a place for the type of every problem", async () => {
    const { get } = await system();
    const html = await (await get("/docs/errors")).text();
    for (const code of Object.keys(problemKinds)) expect(html).toContain(`id="${code}"`);
  });

  test("includes the OpenAPI document", async () => {
    const { get } = await system();
    const response = await get("/openapi.json");
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toContain("application/json");
    expect(await response.text()).toBe("the document");
  });

  test("does not serve what is not built", async () => {
    const { get } = await system();
    expect((await get("/docs/swagger-ui.css")).status).toBe(404);
    expect((await get("/docs/..%2f..%2fpackage.json")).status).toBe(404);
  });
});
