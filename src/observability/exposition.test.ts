import { describe, expect, test } from "vitest";
import { exposition, openMetricsType, plainType } from "./exposition.ts";
import { createMetrics } from "./metrics.ts";
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
  const metrics = createMetrics({ version: "1", runtime: "node" }, now);
  metrics.httpRequests.inc({ route: "/v1/users", method: "GET", status: "200" });
  metrics.authorizations.inc({ outcome: "declined", reason: "insufficient_funds" });
  metrics.httpDuration.observe({ route: "/v1/users", method: "GET" }, 0.01);
  const { text } = exposition(metrics.snapshot(), openMetricsType);
  const lines = text.split("\n");

  test("end once with # EOF and have no blank line", () => {
    expect(text.endsWith("\n# EOF\n")).toBe(true);
    expect(text.match(/# EOF/g)).toHaveLength(1);
    expect(lines.slice(0, -1).filter((line) => line.trim() === "")).toEqual([]);
  });

  test("are prefixed, described and typed once, and units are suffixes of their names", () => {
    const types = lines
      .filter((line) => line.startsWith("# TYPE"))
      .map((line) => line.split(" ")[2]);
    expect(new Set(types).size).toBe(types.length);
    for (const name of types) expect(name).toMatch(/^purser_[a-z_]+$/);
    for (const name of types) expect(name).not.toMatch(/_total$/);
    for (const line of lines.filter((line) => line.startsWith("# UNIT"))) {
      const [, , name, unit] = line.split(" ");
      expect(name?.endsWith(`_${unit}`)).toBe(true);
    }
  });

  test("have the names that dashboards rely on", () => {
    expect(text).toContain(
      'purser_http_requests_total{route="/v1/users",method="GET",status="200"} 1',
    );
    expect(text).toContain(
      'purser_authorizations_total{outcome="declined",reason="insufficient_funds"} 1',
    );
    expect(text).toContain(
      'purser_http_request_duration_seconds_count{route="/v1/users",method="GET"} 1',
    );
    expect(text).toContain('purser_build_info{version="1",runtime="node"} 1');
  });

  test("keep each family's samples together", () => {
    const families = lines
      .filter((line) => line !== "" && !line.startsWith("# EOF"))
      .map((line) => (line.startsWith("#") ? line.split(" ")[2] : line.replace(/[{ ].*/, "")) ?? "")
      .map((name) => name.replace(/_(total|created|bucket|count|sum)$/, ""));
    const runs = families.filter((name, index) => name !== families[index - 1]);
    expect(new Set(runs).size).toBe(runs.length);
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
