import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { aReport } from "../../test/support/bench-report.ts";
import { profiles } from "../profile.ts";
import type { Measured, ScenarioResult } from "../result.ts";
import { chartOf } from "./bars.ts";
import { figure, intervalText } from "./figures.ts";
import { markdownReport } from "./markdown.ts";
import { barChart } from "./svg.ts";
import { writeReport } from "./write.ts";

const latency = { count: 10, mean: 2, p50: 1.5, p99: 4, p999: 9, max: 9 };

const measured = (title: string, ...perSecond: readonly number[]): Measured => ({
  title,
  samples: perSecond.map((each) => ({
    perSecond: each,
    latency,
    outcomes: { good: 90, "503 overloaded": 10 },
  })),
});

const hot: ScenarioResult = {
  id: "hot",
  title: "One hot <wallet>",
  about: "Against the usual way.",
  measured: [measured("Purser", 6_000, 6_200), measured("the usual way", 600, 610)],
  findings: [
    {
      title: "Purser / the usual way",
      measure: "per second",
      interval: { estimate: 10.1, low: 9.9, high: 10.3, count: 2 },
      claim: { text: "Hot wallet | against the usual way", target: { atLeast: 10 } },
    },
    {
      title: "size",
      unit: "KiB",
      interval: { estimate: 176, low: 176, high: 176, count: 1 },
      claim: { text: "The bundle", target: { atMost: 300 } },
    },
  ],
  notes: ["A note."],
};

const alone: ScenarioResult = {
  ...hot,
  id: "alone",
  measured: [measured("Purser", 6_000, 6_200)],
  findings: [],
};

const report = aReport([hot, alone], {
  failures: [{ id: "deno", why: "Error: did\nnot start" }],
});

describe("the report for people", () => {
  const text = markdownReport(report, "benchmarks");

  test("says of every promise what was measured and whether it was kept", () => {
    expect(text).toContain(
      "| Hot wallet \\| against the usual way | at least 10.0 | 10.1 (9.90 to 10.3) | **no** |",
    );
    expect(text).toContain("| The bundle | at most 300 KiB | 176 | yes |");
  });

  test("has a section for each scenario, with what else was answered", () => {
    expect(text).toContain("## One hot <wallet>\n\nAgainst the usual way.");
    expect(text).toContain("![One hot <wallet>](benchmarks/hot.svg)");
    expect(text).toContain("| the usual way | 605 | 1.50 | 4.00 | 9.00 | 10.0 % 503 overloaded |");
    expect(text).toContain("A note.");
  });

  test("describes the machine, and says what did not come to an end", () => {
    expect(text).toContain("2 cores of A processor, 24 GiB, Linux 6.1");
    expect(text).toContain("fsync on");
    expect(text).toContain("**deno did not come to an end:** Error: did not start");
  });

  test("of a short run says that it is not to be believed", () => {
    const quick = { ...report, profile: profiles.quick };
    expect(markdownReport(quick, "x")).toContain("too little to be believed");
    expect(text).not.toContain("too little");
  });
});

describe("figures", () => {
  test.each([
    [12_345, "12,300"],
    [123.4, "123"],
    [12.34, "12.3"],
    [1.234, "1.23"],
    [0.1234, "0.123"],
    [0, "0"],
    [-0.0921, "-0.092"],
    [Number.NaN, "?"],
  ])("%f is written as %s", (value, written) => {
    expect(figure(value)).toBe(written);
  });

  test("one measurement has no interval", () => {
    expect(intervalText({ estimate: 2, low: 2, high: 2, count: 1 })).toBe("2.00");
    expect(intervalText({ estimate: 2, low: 1, high: 4, count: 7 })).toBe("2.00 (1.00 to 4.00)");
  });
});

describe("a chart", () => {
  test("shows throughput as shares of the first one's, with their intervals", () => {
    const [purser, usual] = chartOf(hot)?.bars ?? [];
    expect(purser).toMatchObject({ label: "Purser", value: 1, low: 1, high: 1 });
    expect(usual?.value).toBeCloseTo(0.0992, 3);
    expect(usual?.low).toBeLessThan(usual?.value ?? 0);
    expect(usual?.high).toBeGreaterThan(usual?.value ?? 0);
  });

  test("there is none where there is nobody to compare with", () => {
    expect(chartOf(alone)).toBeUndefined();
  });

  test("is XML in which names are text and bars are as long as their values", () => {
    const svg = barChart({
      title: 'A & B <"quoted">',
      bars: [
        { label: "one", value: 2, low: 1, high: 4 },
        { label: "other <i>", value: 1 },
        { label: "below zero", value: -1 },
        { label: "not known", value: Number.NaN, low: Number.NaN, high: Number.NaN },
      ],
    });
    expect(svg).toContain("A &amp; B &lt;&quot;quoted");
    expect(svg).toContain("other &lt;i>");
    const widths = [...svg.matchAll(/<rect x="300"[^>]* width="([\d.-]+)"/g)].map(([, width]) =>
      Number(width),
    );
    expect(widths).toEqual([160, 80, 0, 0]);
    expect(svg.match(/<path d="M380 49H620M380 45V53M620 45V53"/)).not.toBeNull();
    expect(svg.match(/<path/g)).toHaveLength(1);
    expect(svg).not.toContain("NaN");
    const tags = [...svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)];
    let depth = 0;
    for (const [, closing, , empty] of tags) {
      if (closing) depth -= 1;
      else if (!empty) depth += 1;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
  });
});

test("files of an earlier report are gone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "purser-report-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeReport({ ...report, results: [{ ...hot, id: "earlier" }] }, folder);
  const file = await writeReport(report, folder);
  expect(await readFile(file, "utf8")).toContain("# Benchmark");
  expect(await readdir(join(folder, "benchmarks"))).toEqual(["hot.svg"]);
});
