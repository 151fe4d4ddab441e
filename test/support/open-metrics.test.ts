import { describe, expect, test } from "vitest";
import { familyMutations } from "./open-metrics/family-mutations.ts";
import { lineMutations } from "./open-metrics/line-mutations.ts";
import { OpenMetricsError, type Rule, rules } from "./open-metrics/rules.ts";
import { wholeScrape } from "./open-metrics/whole-scrape.ts";
import { parseOpenMetrics, readOpenMetrics, sumOf } from "./open-metrics.ts";

const contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const mutations = [...lineMutations, ...familyMutations];

const parse = (body: string | Uint8Array) => parseOpenMetrics(body, contentType);

/** The rule that is broken, and the line. */
const brokenBy = (...args: Parameters<typeof parseOpenMetrics>) => {
  try {
    parseOpenMetrics(...args);
  } catch (error) {
    if (!(error instanceof OpenMetricsError)) throw error;
    return { rule: error.rule, line: error.line };
  }
  return undefined;
};

const bytesOf = (text: string) => new TextEncoder().encode(text);

test("a scrape of every type is read to the value", () => {
  const families = parse(wholeScrape);
  const metadata = families.map(({ name, type, unit, help }) => [name, type, unit, help]);
  expect(metadata).toEqual([
    ["target", "info", "", "Who is asked."],
    ["hits", "counter", "", 'With "quotes", a \\ and a\nline feed.'],
    ["sent_bytes", "counter", "bytes", "Sent."],
    ["heat_celsius", "gauge", "celsius", " Heat, with two spaces before it."],
    ["ready", "stateset", "", "Whether it is ready."],
    ["took_seconds", "histogram", "seconds", "Took."],
    ["change", "histogram", "", "Either way."],
    ["waiting", "gaugehistogram", "", "Waiting."],
    ["age_seconds", "summary", "seconds", "Age."],
    ["elsewhere", "unknown", "", "From elsewhere."],
    ["silent", "counter", "", ""],
    ["untold", "unknown", "", ""],
  ]);
  const samples = families.flatMap((family) => family.samples);
  const read = samples.map(({ name, labels, value, timestamp }) => [
    name,
    ...Object.entries(labels).flat(),
    value,
    ...(timestamp === undefined ? [] : [{ timestamp }]),
  ]);
  expect(read).toEqual([
    ["target_info", "service", "purser", 1],
    ["hits_total", "path", 'a"b\\c\nd', "method", "GET", 12],
    ["hits_created", "path", 'a"b\\c\nd', "method", "GET", 1_795_348_000.5],
    ["hits_total", "path", "", "method", "GET", 4_500],
    ["hits_created", "path", "", "method", "GET", 1_795_348_000],
    ["sent_bytes_total", 42, { timestamp: 1_795_348_800 }],
    ["sent_bytes_created", 1_795_348_000, { timestamp: 1_795_348_800 }],
    ["heat_celsius", "room", "a", -1.5, { timestamp: 1_795_348_800 }],
    ["heat_celsius", "room", "a", Number.NaN, { timestamp: 1_795_348_801.5 }],
    ["heat_celsius", "room", "b", Number.POSITIVE_INFINITY],
    ["ready", "node", "a", "ready", "yes", 1],
    ["ready", "node", "a", "ready", "no", 0],
    ["took_seconds_bucket", "op", "read", "le", "1e-05", 0],
    ["took_seconds_bucket", "op", "read", "le", "0.1", 1],
    ["took_seconds_bucket", "op", "read", "le", "1.0", 3],
    ["took_seconds_bucket", "op", "read", "le", "+Inf", 4],
    ["took_seconds_count", "op", "read", 4],
    ["took_seconds_sum", "op", "read", 8.054],
    ["took_seconds_created", "op", "read", 1_795_348_000],
    ["took_seconds_bucket", "op", "write", "le", "1e+06", 0],
    ["took_seconds_bucket", "op", "write", "le", "+Inf", 0],
    ["took_seconds_count", "op", "write", 0],
    ["took_seconds_sum", "op", "write", 0],
    ["took_seconds_created", "op", "write", 1_795_348_000],
    ["change_bucket", "le", "-1.0", 1],
    ["change_bucket", "le", "+Inf", 1],
    ["waiting_bucket", "le", "10.0", 3],
    ["waiting_bucket", "le", "+Inf", 4],
    ["waiting_gcount", 4],
    ["waiting_gsum", 40.5],
    ["age_seconds", "quantile", "0.5", 0.25],
    ["age_seconds", "quantile", "0.99", Number.NaN],
    ["age_seconds_count", 17],
    ["age_seconds_sum", 3.5],
    ["age_seconds_created", 1_795_348_000],
    ["elsewhere", 42.23],
    ["untold", Number.NEGATIVE_INFINITY],
  ]);
  const exemplars = samples.flatMap(({ exemplar }) => (exemplar ? [exemplar] : []));
  expect(exemplars).toEqual([
    { labels: { trace_id: "abc" }, value: 1, timestamp: 1_795_348_800.123 },
    { labels: {}, value: 0.054, timestamp: undefined },
    { labels: { trace_id: "t1" }, value: 0.5, timestamp: 1_795_348_800.123 },
    { labels: { trace_id: "t2", span_id: "s2" }, value: 7, timestamp: undefined },
  ]);
  expect(sumOf(families, "took_seconds_count")).toBe(4);
  expect(sumOf(families, "took_seconds_bucket", { op: "read" })).toBe(8);
});

test("bytes, an empty scrape and 128 characters of an exemplar are taken", () => {
  expect(parse(bytesOf(wholeScrape))).toEqual(parse(wholeScrape));
  expect(parse("# EOF\n")).toEqual([]);
  const longest = `{trace_id="${"\u{1F4B3}".repeat(120)}"}`;
  expect(brokenBy(wholeScrape.replace('{trace_id="t1"}', longest), contentType)).toBeUndefined();
});

describe("each way of breaking it is refused", () => {
  test.each(mutations)("$rule: $what", ({ rule, from, to, below }) => {
    expect(brokenBy(wholeScrape, contentType)).toBeUndefined();
    const [before = "", ...after] = wholeScrape.split(from);
    expect(after).toHaveLength(1);
    const line = before.split("\n").length + below;
    expect(brokenBy(`${before}${to}${after[0]}`, contentType)).toEqual({ rule, line });
  });

  const inBytes: readonly [Rule, string, string | Uint8Array, number][] = [
    ["utf-8", "a byte that is no UTF-8", bytesOf(wholeScrape).fill(0xff, 30, 31), 2],
    ["utf-8", "half of a surrogate pair", wholeScrape.replace("Who", "\ud83d"), 2],
    ["byte-order-mark", "a byte order mark", `\u{feff}${wholeScrape}`, 1],
    ["byte-order-mark", "the bytes of one", bytesOf(`\u{feff}${wholeScrape}`), 1],
    ["end", "nothing at all", "", 1],
  ];
  test.each(inBytes)("%s: %s", (rule, _, body, line) => {
    expect(brokenBy(body, contentType)).toEqual({ rule, line });
  });

  test.each([
    null,
    "text/plain; version=0.0.4; charset=utf-8",
    "application/openmetrics-text; version=0.0.1; charset=utf-8",
    "application/openmetrics-text; charset=utf-8; version=1.0.0",
    "application/openmetrics-text",
  ])("content-type: %s", (other) => {
    expect(brokenBy(wholeScrape, other)).toEqual({ rule: "content-type", line: 0 });
  });

  test("created: what will be created after the scrape", async () => {
    const future = `# TYPE a counter\na_total 1\na_created ${Math.floor(Date.now() / 1_000) + 60}\n# EOF\n`;
    expect(brokenBy(future, contentType)).toBeUndefined();
    const response = new Response(future, { headers: { "Content-Type": contentType } });
    await expect(readOpenMetrics(response)).rejects.toMatchObject({ rule: "created", line: 3 });
  });

  test("there is a way for every rule", () => {
    const tried = [...mutations, ...inBytes.map(([rule]) => ({ rule }))].map(({ rule }) => rule);
    expect([...new Set<Rule>([...tried, "content-type"])].sort()).toEqual(
      Object.keys(rules).sort(),
    );
  });
});
