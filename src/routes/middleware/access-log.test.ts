import { describe, expect, test } from "vitest";
import { createTestEdge, noteId } from "../../../test/support/edge.ts";
import type { Decision } from "../../observability/answered-request.ts";
import type { AppConfig } from "../services.ts";

const read = (lines: readonly string[]) => lines.map((line) => JSON.parse(line));

test("each request is one line, with what identifies it and nothing that it carried", async () => {
  const { call, lines, key } = await createTestEdge();
  const response = await call("/v1/notes?kind=a", { headers: { "X-Request-Id": "mine" } });
  const bytes = (await response.arrayBuffer()).byteLength;
  const [line, ...more] = read(lines);
  expect(more).toEqual([]);
  expect(line).toEqual({
    time: "2026-11-22T12:00:00.000Z",
    level: "info",
    event: "request",
    requestId: "mine",
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    organizationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    apiKeyId: key.split(".")[0],
    method: "GET",
    route: "/v1/notes",
    status: 200,
    durationMs: expect.any(Number),
    bytes,
    statements: 0,
    outcome: "ok",
  });
});

test("the outcome is a word: refused, failed, replayed, or what was decided", async () => {
  const { call, lines } = await createTestEdge();
  for (const text of ["new", "again", "taken", "busy"]) await call("/v1/notes", { json: { text } });
  expect(read(lines).map(({ status, outcome }) => [status, outcome])).toEqual([
    [201, "ok"],
    [201, "replayed"],
    [409, "refused"],
    [503, "failed"],
  ]);
});

test("a decision has its outcome and first reason; several have none of their own", async () => {
  const declined = { outcome: "declined", reason: "card_frozen", currency: "EUR", amountMinor: 0 };
  const decisions: Record<string, Decision[]> = {
    one: [declined as Decision],
    two: [declined as Decision, { ...(declined as Decision), outcome: "approved", reason: "" }],
  };
  const { call, lines, metrics } = await createTestEdge({
    mount: (router) =>
      void router.get("/decide/:what", (c) => {
        c.set("decisions", decisions[c.req.param("what")] ?? []);
        return c.body(null, 201);
      }),
  });
  await call("/decide/one");
  await call("/decide/two");
  const [one, two] = read(lines);
  expect(one).toMatchObject({ outcome: "declined", reason: "card_frozen" });
  expect(two).toMatchObject({ outcome: "ok" });
  expect(two).not.toHaveProperty("reason");
  const counted = metrics.authorizations.snapshot().series;
  expect(counted).toMatchObject([{ value: 2 }, { value: 1 }]);
  expect(counted[0]).toMatchObject({
    exemplar: {
      labels: [
        ["trace_id", two.traceId],
        ["request_id", two.requestId],
      ],
    },
  });
});

describe("of sampled lines", () => {
  const sampled = (config: Partial<AppConfig>) => createTestEdge({ config });

  test("all that were refused, failed or slow are kept, and say nothing of a rate", async () => {
    const { call, lines } = await sampled({ logShare: 0 });
    await call("/v1/notes");
    await call("/v1/nothing");
    await call("/v1/notes", { json: { text: "busy" } });
    expect(read(lines).map(({ status }) => status)).toEqual([404, 503]);
    expect(lines.join()).not.toContain("sampleRate");
    const slow = await sampled({ logShare: 0, slowMs: 0 });
    await slow.call("/v1/notes");
    expect(slow.lines).toHaveLength(1);
  });

  test("a share of the rest is kept, by the trace's id, and says which share", async () => {
    const { call, lines } = await sampled({ logShare: 0.25 });
    for (let at = 0; at < 1_000; at++) {
      // Evenly spread ids.
      const id = Math.floor((at / 1_000) * 2 ** 32)
        .toString(16)
        .padStart(8, "0");
      await call("/v1/notes", {
        headers: { traceparent: `00-4bf92f3577b34da6a3ce929d${id}-00f067aa0ba902b7-01` },
      });
    }
    expect(lines).toHaveLength(250);
    expect(read(lines).every(({ sampleRate }) => sampleRate === 0.25)).toBe(true);
  });
});

test("routes are patterns, also of paths that lead nowhere", async () => {
  const { call, lines, metrics } = await createTestEdge();
  await call(`/v1/notes/${noteId}`);
  await call("/v1/notes/not-an-id");
  await call("/4111111111111111");
  await call("/v1/notes", { method: "PUT" });
  expect(read(lines).map(({ route, status }) => [route, status])).toEqual([
    ["/v1/notes/:id", 200],
    ["/v1/notes/:id", 404],
    ["unmatched", 404],
    ["unmatched", 405],
  ]);
  expect(JSON.stringify(metrics.snapshot())).not.toMatch(/4111111111111111|not-an-id/);
});

test("the level follows the status, and refusals have their code", async () => {
  const { app, call, lines } = await createTestEdge();
  await app.request("/v1/notes");
  await call("/v1/notes", { json: { text: "busy" } });
  expect(read(lines)).toMatchObject([
    { level: "warn", status: 401, code: "unauthenticated" },
    { level: "error", status: 503, code: "wallet_busy" },
  ]);
});

test("nothing secret that a request carries is in its line", async () => {
  const { call, lines, key } = await createTestEdge();
  const secrets = ["4111111111111111", "cvv-737", key.split(".")[1] ?? ""];
  const [number, cvv] = secrets;
  await call(`/v1/notes/${number}?number=${number}&cvv=${cvv}`, {
    json: { text: number, [`field-${number}`]: cvv },
    headers: { "User-Agent": `agent ${number}`, Cookie: `cvv=${cvv}`, "Idempotency-Key": `${cvv}` },
  });
  await call("/v1/notes", { json: { text: number, number, cvv } });
  await call("/v1/notes", { method: `M${number}` });
  expect(lines).toHaveLength(3);
  for (const secret of secrets) expect(lines.join()).not.toContain(secret);
});

test("requests are counted and timed by route, method and status, with an exemplar", async () => {
  const { call, metrics } = await createTestEdge();
  await call("/v1/notes", { headers: { "X-Request-Id": "mine" } });
  await call("/v1/notes");
  await call("/v1/notes", { method: "BREW" });
  expect(metrics.httpRequests.snapshot().series).toMatchObject([
    {
      labels: [
        ["route", "/v1/notes"],
        ["method", "GET"],
        ["status", "200"],
      ],
      value: 2,
    },
    {
      labels: [
        ["route", "unmatched"],
        ["method", "other"],
        ["status", "405"],
      ],
      value: 1,
    },
  ]);
  const durations = metrics.httpDuration.snapshot();
  if (durations.type !== "histogram") throw new Error("not a histogram");
  const exemplars = durations.series.flatMap((series) => series.exemplars).filter(Boolean);
  expect(exemplars.length).toBeGreaterThan(0);
  expect(exemplars[0]?.labels.map(([name]) => name)).toEqual(["trace_id", "request_id"]);
});
