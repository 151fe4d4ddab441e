import { expect, test } from "vitest";
import type { Runtime } from "../../scripts/dev/options.ts";
import { startNeonEndpoint } from "../../scripts/neon-endpoint.ts";
import type { Json, Server } from "../support/api.ts";
import { onFileEnd } from "../support/cleanup.ts";
import { cuttingProxy } from "../support/cutting-proxy.ts";
import { testDatabase } from "../support/database.ts";
import { rowsOf } from "../support/dump.ts";
import { httpServer } from "../support/http-server.ts";
import { newOrganization } from "../support/organization.ts";
import { type CollectedSpan, otlpCollector } from "../support/otlp-collector.ts";
import { servicesServer } from "../support/services.ts";

const commitName = "wallets.commit";
/** Occurs in no message. */
const nothing = "nothing-is-lost";
const serverKind = 2;
const clientKind = 3;

type LoggedServer = Server & { log(): Promise<string> };

/** A Purser whose database can be told to lose every answer that concerns one request. */
const observedServer = async (
  runtime: Runtime | "services",
): Promise<{
  readonly server: LoggedServer;
  readonly collector: Awaited<ReturnType<typeof otlpCollector>>;
  readonly loseAnswersTo: (text: string) => void;
}> => {
  const collector = await otlpCollector();
  const config = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: "x-collector-key=a%20secret",
  };
  if (runtime === "workers" || runtime === "services") {
    let lost = nothing;
    const endpoint = await startNeonEndpoint({
      faults: { dropAnswer: (statement) => statement.includes(lost) },
    });
    onFileEnd(() => endpoint.stop());
    const loseAnswersTo = (text: string) => {
      lost = text;
    };
    if (runtime === "services") {
      const through = { NEON_ENDPOINT: endpoint.url };
      const services = { gateway: config, directory: through, wallets: through };
      return { server: await servicesServer({ config: services }), collector, loseAnswersTo };
    }
    const database = { ...(await testDatabase()), neonEndpoint: endpoint.url };
    return { server: await httpServer(runtime, database, { config }), collector, loseAnswersTo };
  }
  const database = await testDatabase();
  const proxy = await cuttingProxy(database.url);
  const server = await httpServer(runtime, { ...database, url: proxy.url }, { config });
  return {
    // What the test looks at is not what fails.
    server: { ...server, database: database.postgres({ connections: 1 }) },
    collector,
    loseAnswersTo: (text: string) => proxy.cutAnswersTo(text, 10_000),
  };
};

const lineOf = async (server: LoggedServer, requestId: string): Promise<Json> => {
  const find = async (): Promise<Json | undefined> =>
    ((await server.log()).match(/\{"time":.*\}/g) ?? [])
      .map((line) => JSON.parse(line) as Json)
      .find((line) => line["requestId"] === requestId);
  await expect.poll(find, { timeout: 10_000 }).toBeDefined();
  return (await find()) ?? {};
};

/** The samples of a scrape that have this request as their exemplar. */
const exemplarsOf = async ({ url }: LoggedServer, requestId: string): Promise<string[]> => {
  const response = await fetch(`${url}/metrics`, {
    headers: { Accept: "application/openmetrics-text; version=1.0.0" },
  });
  const lines = (await response.text()).split("\n");
  return lines.filter((line) => line.includes(`request_id="${requestId}"`));
};

const runtimes = ["node", "deno", "workers", "services"] as const;

type Followed = Awaited<ReturnType<typeof follow>>;

/** A server with a card that has something to pay with. */
const follow = async (runtime: (typeof runtimes)[number]) => {
  const observed = await observedServer(runtime);
  const organization = await newOrganization(observed.server);
  const wallet = await organization.wallet(1_000);
  const card = await organization.card(wallet.id);
  return { ...observed, organization, wallet, card };
};

const all = new Map<string, Followed>();
for (const runtime of runtimes) all.set(runtime, await follow(runtime));

const followedOn = (runtime: string): Followed => {
  const followed = all.get(runtime);
  if (!followed) throw new Error(`nothing is served by ${runtime}`);
  return followed;
};

const traceOf = async (
  { collector }: Followed,
  traceId: string,
  least: number,
): Promise<CollectedSpan[]> => {
  const spans = () => collector.spans.filter((span) => span.traceId === traceId);
  await expect.poll(() => spans().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(least);
  return spans();
};

// At once: each waits for its deadline.
test.concurrent.each(runtimes)(
  "a failing request on %s is found in log, exemplar, trace and event by the id that the client saw",
  async (runtime) => {
    const followed = followedOn(runtime);
    const { server, organization, wallet, card, loseAnswersTo } = followed;
    const requestId = `failing-${crypto.randomUUID()}`;
    const traceId = crypto.randomUUID().replaceAll("-", "");
    loseAnswersTo(requestId);
    const answer = await organization.api.send("POST", "/v1/authorizations", {
      json: { cardId: card.id, amount: 100 },
      headers: { "X-Request-Id": requestId, traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    });
    loseAnswersTo(nothing);
    expect(answer.status).toBe(503);
    expect(answer.problem).toMatchObject({ code: "outcome_unknown", requestId });
    expect(answer.headers.get("X-Request-Id")).toBe(requestId);

    expect(await lineOf(server, requestId)).toMatchObject({
      level: "error",
      traceId,
      organizationId: organization.id,
      route: "/v1/authorizations",
      status: 503,
      outcome: "failed",
      code: "outcome_unknown",
    });
    const exemplars = await exemplarsOf(server, requestId);
    expect(exemplars.some((line) => /^purser_http_requests_total\{.*status="503"/.test(line))).toBe(
      true,
    );
    expect(
      exemplars.some((line) => /^purser_http_request_duration_seconds_bucket/.test(line)),
    ).toBe(true);

    const spans = await traceOf(followed, traceId, 1);
    const request = spans.find(({ kind }) => kind === serverKind);
    expect(request).toMatchObject({
      name: "POST /v1/authorizations",
      parentSpanId: "00f067aa0ba902b7",
      failed: true,
      attributes: {
        "http.request.method": "POST",
        "http.route": "/v1/authorizations",
        "http.response.status_code": 503,
        "error.type": "outcome_unknown",
        "purser.request_id": requestId,
        "purser.organization_id": organization.id,
      },
      resource: {
        "service.name": "purser",
        "purser.runtime": runtime === "services" ? "workers" : runtime,
      },
    });
    expect(answer.headers.get("traceparent")).toBe(`00-${traceId}-${request?.spanId}-01`);

    // It took effect, once, and says whose doing it is.
    const events = await rowsOf(
      server,
      "select type, wallet_id from wallets.wallet_events where request_id = $1",
      requestId,
    );
    expect(events).toEqual([{ type: "authorization.approved", wallet_id: wallet.id }]);
  },
);

test.each(runtimes)(
  "a payment's trace on %s has its way through the lane and the one statement that committed it",
  async (runtime) => {
    const followed = followedOn(runtime);
    const { server, collector, organization, card } = followed;
    const requestId = `paid-${crypto.randomUUID()}`;
    const answer = await organization.api.send("POST", "/v1/authorizations", {
      json: { cardId: card.id, amount: 5_000 },
      headers: { "X-Request-Id": requestId },
    });
    expect(answer.data).toMatchObject({ approved: false, reasons: ["insufficient_funds"] });
    const [, traceId = ""] = answer.headers.get("traceparent")?.split("-") ?? [];
    expect(await lineOf(server, requestId)).toMatchObject({
      level: "info",
      traceId,
      status: 201,
      outcome: "declined",
      reason: "insufficient_funds",
    });
    const exemplars = await exemplarsOf(server, requestId);
    expect(
      exemplars.some((line) =>
        /^purser_authorizations_total\{outcome="declined",reason="insufficient_funds"\}/.test(line),
      ),
    ).toBe(true);

    const spans = await traceOf(followed, traceId, 4);
    const [request] = spans.filter(({ kind }) => kind === serverKind);
    const within = (parent: CollectedSpan | undefined) =>
      spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId);
    // Between services the call is a span of its own, and holds what was done over there.
    const [call] = within(request).filter(({ name }) => name === "wallets/authorize");
    expect(call !== undefined).toBe(runtime === "services");
    const [lane] = within(call ?? request).filter(({ name }) => name === "lane");
    const steps = within(lane);
    expect(request?.parentSpanId).toBeUndefined();
    expect(steps.map(({ name }) => name)).toContain("lane wait");
    const commits = steps.filter(({ name }) => name === commitName);
    expect(commits).toMatchObject([
      {
        kind: clientKind,
        failed: false,
        attributes: { "db.system.name": "postgresql", "purser.jobs": 1 },
      },
    ]);
    const statements = spans.filter(({ kind }) => kind === clientKind);
    expect(await lineOf(server, requestId)).toMatchObject({ statements: statements.length });
    for (const span of spans) expect(span.endedAt).toBeGreaterThanOrEqual(span.startedAt);
    expect(collector.faults).toEqual([]);
    expect(collector.headers()["x-collector-key"]).toBe("a secret");
    const told = JSON.stringify(collector.spans, (_, value) =>
      typeof value === "bigint" ? String(value) : value,
    );
    expect(told).not.toContain(organization.apiKey.split(".")[1]);
  },
);
