import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const root = new URL("../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

const rows = read("docs/security.md")
  .split("\n")
  .filter((line) => line.startsWith("| API"))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, risk = "", done = "", tests = ""]) => ({ risk, done, tests: tests.split("<br>") }));

const citation = /^\[`([^`]+)`\]\(\.\.\/([^)]+)\) "(.+)"$/;

/** A test's name as its file has it. */
const names = (source: string, name: string): boolean =>
  source.includes(`"${name}"`) || source.includes(`\`${name}\``);

describe("the OWASP API Security Top 10 in docs/security.md", () => {
  test("has all ten risks, each with what is done and a test", () => {
    const numbers = rows.map(({ risk }) => /^API(\d+):2023 \w/.exec(risk)?.[1]);
    expect(numbers).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    for (const { done, tests } of rows) {
      expect(done.length).toBeGreaterThan(40);
      for (const cited of tests) expect(cited).toMatch(citation);
    }
  });

  const cited = rows.flatMap(({ risk, tests }) => tests.map((text) => [risk, text] as const));

  test.each(cited)("%s: %s is there", (_, text) => {
    const [, shown = "", path = "", name = ""] = citation.exec(text) ?? [];
    expect(path).toBe(shown);
    expect(existsSync(new URL(path, root))).toBe(true);
    expect(names(read(path), name), `${path} has no test "${name}"`).toBe(true);
  });

  test("cites suites that are run", () => {
    const suites = cited.flatMap(([, text]) => /test\/http\/([\w-]+)\.ts/.exec(text)?.[1] ?? []);
    const runners = ["access", "contract", "races", "resources", "secrets"].map((name) =>
      read(`test/integration/http-${name}.test.ts`),
    );
    for (const suite of new Set(suites)) {
      expect(runners.some((runner) => runner.includes(`../http/${suite}.ts`))).toBe(true);
    }
  });
});
