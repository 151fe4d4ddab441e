import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { logFields } from "../../src/observability/logger.ts";
import { sampleNames, textfileMetrics } from "./known-metrics.ts";

const folder = new URL("../../docs/operations/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), "utf8");
const namesIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name = ""]) => name);

const alertRules = read("rules/alerts.yml");
const recordingRules = read("rules/recording.yml");
const alerts = namesIn(alertRules, /^ +- alert: (\w+)$/gm);
const recorded = namesIn(recordingRules, /^ +- record: ([\w:]+)$/gm);
const runbookPages = readdirSync(new URL("runbook/", folder));
const testFiles = readdirSync(new URL("rules/", folder)).filter((name) =>
  name.endsWith(".test.yml"),
);

test("the rules, pages and cases that are looked through are there", () => {
  expect(alerts.length).toBeGreaterThanOrEqual(17);
  expect(recorded.length).toBeGreaterThanOrEqual(21);
  expect(testFiles.length).toBeGreaterThanOrEqual(5);
  expect(new Set(alerts).size).toBe(alerts.length);
});

describe("every metric that is named exists", async () => {
  const known = await sampleNames();
  const files = [
    "rules/alerts.yml",
    "rules/recording.yml",
    ...testFiles.map((name) => `rules/${name}`),
    "grafana.json",
    "README.md",
    "metrics.md",
    "logs.md",
    "traces.md",
    "backup.md",
    ...runbookPages.map((page) => `runbook/${page}`),
  ];

  test.each(files)("%s", (file) => {
    const text = read(file);
    const named = namesIn(text, /(?<![\w:])(purser_[a-z][a-z0-9_]*)/g);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    const rules = namesIn(text, /(job:purser_[\w:]+)(?![\w:*])/g);
    expect(rules.filter((name) => !recorded.includes(name))).toEqual([]);
  });

  test("rules and dashboard name them at all", () => {
    for (const file of ["rules/alerts.yml", "rules/recording.yml", "grafana.json"]) {
      expect(namesIn(read(file), /(?<![\w:])(purser_[a-z0-9_]+)/g).length).toBeGreaterThan(9);
    }
    expect(known.has("purser_http_requests_total")).toBe(true);
    expect(known.has("purser_http_requests")).toBe(false);
  });

  test("the dashboard shows every metric that Purser has", () => {
    const dashboard = `${read("grafana.json")}${recordingRules}`;
    const missing = [...known].filter(
      (name) => !/_(count|sum)$/.test(name) && !new RegExp(`\\b${name}\\b`).test(dashboard),
    );
    expect(missing).toEqual([]);
  });
});

test("every alert has a severity, a page of its name and a link to it, and no page is left over", () => {
  const blocks = alertRules.split(/^ +- alert: /m).slice(1);
  for (const [at, block] of blocks.entries()) {
    const name = alerts[at];
    expect(block).toMatch(/^ +severity: (page|ticket)$/m);
    const [, severity = ""] = /^ +severity: (\w+)$/m.exec(block) ?? [];
    expect(block).toContain(`runbook_url: docs/operations/runbook/${name}.md\n`);
    const page = read(`runbook/${name}.md`);
    expect(page).toMatch(new RegExp(`^# ${name}\n\n.+ Severity: ${severity}\\.\n`));
    for (const title of ["What it means", "How to look", "What to do"]) {
      expect([name, page.split(/^## /m).some((part) => part.startsWith(`${title}\n\n`))]).toEqual([
        name,
        true,
      ]);
    }
  }
  expect([...runbookPages].sort()).toEqual(alerts.map((name) => `${name}.md`).sort());
});

test("every alert has a case in which it fires and one in which it does not", () => {
  const cases = testFiles.flatMap((file) =>
    read(`rules/${file}`)
      .split(/^ +- eval_time: /m)
      .slice(1),
  );
  const of = (name: string) => cases.filter((text) => text.includes(`alertname: ${name}\n`));
  const quiet = (text: string) => text.includes("exp_alerts: []");
  for (const name of alerts) {
    expect([name, of(name).some(quiet), of(name).some((text) => !quiet(text))]).toEqual([
      name,
      true,
      true,
    ]);
  }
});

test("links between the pages lead somewhere", () => {
  const pages = [
    "README.md",
    "metrics.md",
    "logs.md",
    "traces.md",
    "backup.md",
    ...runbookPages.map((page) => `runbook/${page}`),
  ];
  let links = 0;
  for (const page of pages) {
    for (const target of namesIn(read(page), /\]\(([^)#]+)[^)]*\)/g)) {
      if (target.includes("://")) continue;
      links += 1;
      const path = new URL(target, new URL(page, folder));
      expect([page, target, exists(path)]).toEqual([page, target, true]);
    }
  }
  expect(links).toBeGreaterThan(20);
});

test("the log's page names every field that a line can have, and no other", () => {
  const fields = namesIn(read("logs.md"), /^\| `(\w+)` \| (?:text|number) \|/gm);
  expect(fields).toEqual(["time", "level", ...logFields]);
});

test("the page on metrics has a row for every metric, and no other", async () => {
  const rows = namesIn(read("metrics.md"), /^\| `(\w+)` \|/gm);
  const names = [...(await sampleNames())].filter((name) => !/_(count|sum)$/.test(name));
  expect(rows.sort()).toEqual(names.sort());
});

test("the page on verify tells of both metrics that its script writes", () => {
  for (const name of textfileMetrics) {
    expect(read("runbook/PurserVerifyStale.md")).toContain(`\`${name}\``);
    expect(read("verify-textfile.sh")).toContain(`echo "${name} `);
  }
});

const exists = (path: URL): boolean => {
  try {
    return readFileSync(path).length > 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EISDIR";
  }
};
