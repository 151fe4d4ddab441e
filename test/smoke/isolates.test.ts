import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { tally, times } from "../support/api.ts";
import { testDatabase } from "../support/database.ts";
import { testEdges } from "../support/edges.ts";
import { type Call, type Load, loadOn } from "../support/load.ts";
import { sumOf } from "../support/open-metrics.ts";
import { prometheusProgram } from "../support/prometheus.ts";
import { testPrometheus } from "../support/scraping-prometheus.ts";
import { mixture, type Stage, setStage } from "../support/traffic.ts";

/** All that is sent, whatever it is for. */
const requests = process.env.LONG_TESTS ? 20_000 : 5_000;
const edgeCount = 4;
const connections = 32;

const patience = { timeout: 60_000, interval: 200 };

/** Calls in turn to each edge, until so many were ever sent. */
function* callsUntil(load: Load, stage: Stage, most: number): Generator<Call> {
  while (load.seen.length < most) {
    // Each kind meets each edge.
    const at = load.seen.length;
    yield { ...mixture(stage, at), edge: (at + Math.floor(at / 20)) % edgeCount };
  }
}

test(`${requests} requests over four isolates, each killed once after its report, are as many in Prometheus`, async ({
  skip,
}) => {
  const program = prometheusProgram("prometheus", skip);
  const database = await testDatabase();
  const edges = await testEdges(
    database,
    times(edgeCount, () => ({})),
  );
  const prometheus = await testPrometheus(program, edges.urls[0] ?? "");
  const load = loadOn(edges.urls);
  const stage = await setStage(load, edgeCount, edges.adminToken);

  await load.drive(callsUntil(load, stage, requests / 2), connections);
  // Each isolate's report has arrived when what they say together is what was sent.
  await expect
    .poll(async () => sumOf(await edges.metrics(0), "purser_http_requests_total"), patience)
    .toBe(requests / 2);
  expect(sumOf(await edges.metrics(0), "purser_metrics_isolates")).toBeGreaterThan(edgeCount);
  await edges.kill();
  await edges.start();
  await load.drive(callsUntil(load, stage, requests), connections);

  const total = async () => (await prometheus.query("sum(purser_http_requests_total)"))[""] ?? 0;
  await expect.poll(total, patience).toBeGreaterThanOrEqual(requests);
  // Further scrapes add nothing.
  await sleep(3_000);
  expect(await total()).toBe(requests);
  expect(await prometheus.query("sum(resets(purser_http_requests_total[10m]))")).toEqual({ "": 0 });

  // And not only the sum: each by what its client asked and was answered.
  const seen = load.seen.map(({ call, status }) => `${call.method} ${call.route} ${status}`);
  expect(
    await prometheus.query("sum by (method, route, status) (purser_http_requests_total)"),
  ).toEqual(tally(seen));
  expect(load.seen.map(({ status }) => status)).toEqual(
    expect.arrayContaining([200, 201, 401, 404, 422]),
  );

  const outcomes = await database.postgres().run({
    name: "test.outcomes",
    text: `select case when not approved then 'declined' when amount < requested_amount then 'partial'
             else 'approved' end as outcome, count(*)::integer as payments
           from wallets.authorizations group by 1`,
    params: [],
  });
  const decided = Object.fromEntries(outcomes.map(({ outcome, payments }) => [outcome, payments]));
  expect(Object.keys(decided).sort()).toEqual(["approved", "declined", "partial"]);
  expect(await prometheus.query("sum by (outcome) (purser_authorizations_total)")).toEqual(decided);
}, 300_000);
