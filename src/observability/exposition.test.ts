import { describe, expect, test } from "vitest";
import { everyFamily } from "../../scripts/operations/known-metrics.ts";
import { parseOpenMetrics } from "../../test/support/open-metrics.ts";
import { exposition, openMetricsType, plainType } from "./exposition.ts";
import { counter, gauge, histogram } from "./registry.ts";
import { mergeSnapshots } from "./snapshot.ts";

const now = () => 1_795_348_800_123;

/** A family of every type, with values that need escaping. */
const sample = () => {
  const hits = counter({ name: "hits", help: 'With "quotes"\nand \\', labels: { path: 10 } }, now);
  hits.inc({ path: 'a"b\\c\nd' }, 2, { trace_id: "abc" });
  hits.inc({ path: "plain" });
  const up = gauge({ name: "up", help: "Up.", labels: {} });
  up.set({}, -1.5);
  const took = histogram(
    {
      name: "took_seconds",
      unit: "seconds",
      help: "Took.",
      labels: { op: ["x"] },
      bounds: [0.1, 1],
    },
    now,
  );
  took.observe({ op: "x" }, 0.1, { trace_id: "t1" });
  took.observe({ op: "x" }, 0.5);
  took.observe({ op: "x" }, 7);
  return [hits.snapshot(), up.snapshot(), took.snapshot()];
};

test("OpenMetrics 1.0 is written to the letter", () => {
  const { contentType, text } = exposition(sample(), "application/openmetrics-text");
  expect(contentType).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
  expect(text).toBe(String.raw`# TYPE hits counter
# HELP hits With \"quotes\"\nand \\
hits_total{path="a\"b\\c\nd"} 2 # {trace_id="abc"} 2 1795348800.123
hits_created{path="a\"b\\c\nd"} 1795348800.123
hits_total{path="plain"} 1
hits_created{path="plain"} 1795348800.123
# TYPE up gauge
# HELP up Up.
up -1.5
# TYPE took_seconds histogram
# UNIT took_seconds seconds
# HELP took_seconds Took.
took_seconds_bucket{op="x",le="0.1"} 1 # {trace_id="t1"} 0.1 1795348800.123
took_seconds_bucket{op="x",le="1.0"} 2
took_seconds_bucket{op="x",le="+Inf"} 3
took_seconds_count{op="x"} 3
took_seconds_sum{op="x"} 7.6
took_seconds_created{op="x"} 1795348800.123
# EOF
`);
});

test("the text format 0.0.4 has neither exemplars nor units nor an end mark", () => {
  const { contentType, text } = exposition(sample(), undefined);
  expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(text).toBe(String.raw`# HELP hits_total With "quotes"\nand \\
# TYPE hits_total counter
hits_total{path="a\"b\\c\nd"} 2
hits_total{path="plain"} 1
# HELP up Up.
# TYPE up gauge
up -1.5
# HELP took_seconds Took.
# TYPE took_seconds histogram
took_seconds_bucket{op="x",le="0.1"} 1
took_seconds_bucket{op="x",le="1"} 2
took_seconds_bucket{op="x",le="+Inf"} 3
took_seconds_sum{op="x"} 7.6
took_seconds_count{op="x"} 3
`);
});

describe("Purser's own families", () => {
  const scrape = async () => {
    const snapshot = await everyFamily(now);
    const { contentType, text } = exposition(snapshot, openMetricsType);
    return { snapshot, families: parseOpenMetrics(text, contentType, now() / 1_000) };
  };

  test("keep every rule of OpenMetrics, and none is lost", async () => {
    const { snapshot, families } = await scrape();
    expect(families.map(({ name, type, unit, help }) => [name, type, unit, help])).toEqual(
      snapshot.map(({ name, type, unit = "", help }) => [name, type, unit, help]),
    );
    expect(families.length).toBeGreaterThan(25);
  });

  test("are prefixed and described, and what is a time or a size has its unit", async () => {
    const { families } = await scrape();
    for (const { name, help, unit } of families) {
      expect(name).toMatch(/^purser_[a-z_]+$/);
      expect(help).toMatch(/^[A-Z].*\.$/);
      const [, measured = ""] = /_(seconds|bytes)$/.exec(name) ?? [];
      expect([name, unit]).toEqual([name, measured]);
    }
  });

  test("have the names that dashboards rely on", async () => {
    const { families } = await scrape();
    const names = families.flatMap(({ samples }) => samples.map(({ name }) => name));
    expect(names).toEqual(
      expect.arrayContaining([
        "purser_http_requests_total",
        "purser_http_request_duration_seconds_bucket",
        "purser_authorizations_total",
        "purser_build_info",
      ]),
    );
  });
});

describe("what is answered", () => {
  test.each([
    ["application/openmetrics-text; version=1.0.0", openMetricsType],
    ["application/openmetrics-text", openMetricsType],
    [
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
      openMetricsType,
    ],
    ["text/plain;q=0.5, application/openmetrics-text;q=0.4", plainType],
    ["application/openmetrics-text;q=0", plainType],
    ["application/openmetrics-text; version=2.0.0", plainType],
    ["*/*", plainType],
    ["text/html", plainType],
    ["", plainType],
    [undefined, plainType],
  ])("to Accept: %s", (accept, type) => {
    expect(exposition([], accept).contentType).toBe(type);
  });
});

test("the snapshots of two isolates add up, exemplars being the newest", () => {
  const isolate = (value: number, at: number) => {
    const family = counter({ name: "hits", help: "Hits.", labels: { path: 10 } }, () => at);
    family.inc({ path: "/" }, value, { trace_id: String(at) });
    const took = histogram({ name: "took", help: "T.", labels: {}, bounds: [1, 2] }, () => at);
    took.observe({}, value);
    return [family.snapshot(), took.snapshot()];
  };
  const merged = mergeSnapshots([isolate(1, 2_000), isolate(2, 1_000)]);
  expect(merged).toMatchObject([
    {
      name: "hits",
      series: [{ value: 3, createdAt: 1, exemplar: { labels: [["trace_id", "2000"]] } }],
    },
    { name: "took", series: [{ counts: [1, 1, 0], sum: 3, createdAt: 1 }] },
  ]);
  expect(JSON.parse(JSON.stringify(merged))).toEqual(merged);
});
