import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Edge } from "../../scripts/workerd/config.ts";
import { times } from "../support/api.ts";
import { testDatabase } from "../support/database.ts";
import { type Edges, testEdges } from "../support/edges.ts";
import { type Call, type Load, loadOn } from "../support/load.ts";
import { sumOf } from "../support/open-metrics.ts";

const busyEdges = 4;
/** Scraped, and otherwise left alone: each scrape brings its isolate's own report. */
const scrapedEdge = busyEdges;
const connections = 16;

const reads = [
  { path: "/health", route: "/health" },
  { path: "/ready", route: "/ready" },
  { path: "/v1/wallets", route: "/v1/wallets" },
  { path: "/nowhere", route: "unmatched" },
] as const;

function* readsUntil(stopped: () => boolean): Generator<Call> {
  while (!stopped()) {
    for (const read of reads) {
      for (let edge = 0; edge < busyEdges; edge++) yield { edge, method: "GET", ...read };
    }
  }
}

interface Scrape {
  readonly askedAt: number;
  readonly ageMs: number;
  readonly counted: number;
}

const scrape = async (edges: Edges): Promise<Scrape> => {
  const askedAt = Date.now();
  const families = await edges.metrics(scrapedEdge);
  return {
    askedAt,
    ageMs: 1_000 * sumOf(families, "purser_metrics_snapshot_age_seconds"),
    counted: sumOf(families, "purser_http_requests_total"),
  };
};

/** Kills every isolate in the middle of traffic, when the newest scrape is as it is wanted. */
const killInTraffic = async (edges: Edges, isTime: (first: Scrape, last: Scrape) => boolean) => {
  const load = loadOn(edges.urls);
  let stopped = false;
  const traffic = load.drive(
    readsUntil(() => stopped),
    connections,
  );
  const first = await scrape(edges);
  let last = first;
  while (!isTime(first, last)) {
    if (Date.now() > first.askedAt + 90_000) throw new Error(`still ${JSON.stringify(last)}`);
    await sleep(20);
    last = await scrape(edges);
  }
  stopped = true;
  await edges.kill();
  await traffic;
  return { load, last };
};

/**
 * What the age of a scrape promises: how many answers can be missing at most, if all ends.
 *
 * An isolate that ends loses what it counted after its last report was taken from its registry.
 * Each that had not settled had reported within the age; of one that had, or that was not known
 * yet, everything was told but what was on its way. So what was counted before the scrape
 * less the age is there, and what is lost was counted later, and answered later still, if at
 * all. The age begins with a report's arrival, so the report's own way comes on top. For that we
 * take the scrape's way, which is longer: the window begins at the age before we asked, and not
 * before the shard answered.
 */
const promised = ({ seen }: Load, { askedAt, ageMs }: Scrape): number =>
  seen.filter(({ answeredAt = 0 }) => answeredAt > askedAt - ageMs).length;

const lossOf = async (edges: Edges, isTime: (first: Scrape, last: Scrape) => boolean) => {
  const { load, last } = await killInTraffic(edges, isTime);
  await edges.start();
  const after = await scrape(edges);
  const answered = load.seen.filter(({ status }) => status !== undefined).length;
  // Also what was cut off may have been counted and told; but nothing that was never sent.
  expect(after.counted).toBeLessThanOrEqual(load.seen.length);
  return {
    answered,
    lost: answered - after.counted,
    promisedBefore: promised(load, last),
    // Those that ended are still in the age, by when they reported last.
    promisedAfter: promised(load, after),
  };
};

const edgesOf = (busy: Omit<Edge, "port">) => [...times(busyEdges, () => busy), {}];

test("isolates that are killed before their report lose no more than the age said", async () => {
  const database = await testDatabase();
  let lost = 0;
  for (const minAgeMs of [200, 500, 800]) {
    // Anew each time: whoever ended is in the age for a minute.
    const edges = await testEdges(database, edgesOf({}));
    const loss = await lossOf(
      edges,
      // The age does not reach back to where the traffic began, or it would promise nothing.
      (first, { askedAt, ageMs }) => ageMs > minAgeMs && askedAt - ageMs > first.askedAt + 1_000,
    );
    expect(loss.promisedBefore).toBeLessThan(loss.answered);
    expect(loss.lost).toBeLessThanOrEqual(loss.promisedBefore);
    expect(loss.lost).toBeLessThanOrEqual(loss.promisedAfter);
    lost += loss.lost;
  }
  expect(lost).toBeGreaterThan(0);
}, 180_000);

/** Each report is three seconds on its way, which no shard can know. */
const slowWay = `
import { DurableObject } from "cloudflare:workers";
export class Metrics extends DurableObject {
  async report(report) {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    return this.env.BEHIND.getByName(this.ctx.id.name).report(report);
  }
  total() {
    return this.env.BEHIND.getByName(this.ctx.id.name).total();
  }
}
export default {};
`;

// The test of the test above: LONG_TESTS=1 runs it.
test.runIf(process.env.LONG_TESTS)(
  "that is no empty promise: isolates whose reports are long on their way lose more",
  async () => {
    const slow = { between: { METRICS: slowWay } };
    const edges = await testEdges(await testDatabase(), edgesOf(slow));
    const loss = await lossOf(edges, (_, { counted, ageMs }) => counted > 0 && ageMs < 1_000);
    expect(loss.lost).toBeGreaterThan(loss.promisedBefore);
  },
  180_000,
);
