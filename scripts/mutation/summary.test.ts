import { describe, expect, test } from "vitest";
import type { Mutant, Report } from "./report.ts";
import { type Accepted, scoreOf, summaryOf, summaryText, totalOf } from "./summary.ts";

const source = "export const a = 1 < 2;\nexport const b = [\n  1,\n];\n";

const mutant = (status: string, over: Partial<Mutant> = {}): Mutant => ({
  mutatorName: "EqualityOperator",
  replacement: "1 <= 2",
  status,
  location: { start: { line: 1, column: 18 }, end: { line: 1, column: 23 } },
  ...over,
});

const reportOf = (files: Readonly<Record<string, readonly Mutant[]>>): Report => ({
  files: Object.fromEntries(
    Object.entries(files).map(([file, mutants]) => [file, { source, mutants }]),
  ),
});

const sourcesOf = (...files: readonly string[]) => new Map(files.map((file) => [file, source]));

const one = "src/domain/rules/one.ts";
const two = "src/domain/lane/two.ts";

const completed = new Set([one, two]);

describe("the summary of a mutation run", () => {
  test("counts each file's mutants, and all of them together", () => {
    const report = reportOf({
      [one]: ["Killed", "Killed", "Timeout", "Survived", "NoCoverage", "Ignored"].map((status) =>
        mutant(status),
      ),
      [two]: [mutant("Killed"), mutant("RuntimeError"), mutant("CompileError")],
    });
    const { files } = summaryOf({ report, completed, sources: sourcesOf(one, two), accepted: [] });
    const count = { killed: 2, timeout: 1, survived: 1, noCoverage: 1, ignored: 1 };
    expect(files.get(one)).toEqual(count);
    expect(scoreOf(count)).toBe(60);
    expect(totalOf(files.values())).toEqual({ ...count, killed: 3 });
    expect([...files.keys()]).toEqual([two, one]);
  });

  test("says nothing of a file that has changed since, or was never measured, but its name", () => {
    const report = reportOf({ [one]: [mutant("Killed")], [two]: [mutant("Killed")] });
    const sources = sourcesOf(one, two, "src/domain/three.ts").set(two, `${source}\n`);
    const summary = summaryOf({ report, completed, sources, accepted: [] });
    expect([...summary.files.keys()]).toEqual([one]);
    expect(summary.missing).toEqual([two, "src/domain/three.ts"]);
    expect(summaryText(summary)).toContain(
      "Not measured as they are now: `src/domain/lane/two.ts`, `src/domain/three.ts`.",
    );
  });

  test("says nothing of a file that a stopped run left half done, but its name", () => {
    const report = reportOf({ [one]: [mutant("Killed")], [two]: [mutant("Killed")] });
    const sources = sourcesOf(one, two);
    const summary = summaryOf({ report, completed: new Set([two]), sources, accepted: [] });
    expect([[...summary.files.keys()], summary.missing]).toEqual([[two], [one]]);
  });

  test("says nothing of a file that was looked at and has nothing to change", () => {
    const report = reportOf({ [one]: [mutant("Killed")] });
    const summary = summaryOf({ report, completed, sources: sourcesOf(one, two), accepted: [] });
    expect([[...summary.files.keys()], summary.missing]).toEqual([[one], []]);
  });

  test("leaves out a file that is gone", () => {
    const report = reportOf({ [one]: [mutant("Killed")], [two]: [mutant("Survived")] });
    const summary = summaryOf({ report, completed, sources: sourcesOf(one), accepted: [] });
    expect(totalOf(summary.files.values()).survived).toBe(0);
  });
});

describe("an accepted survivor", () => {
  const accepted: Accepted = {
    file: one,
    original: "[ 1, ]",
    replacement: "[]",
    why: "nothing reads it",
  };
  const list = mutant("Survived", {
    replacement: "[]",
    location: { start: { line: 2, column: 18 }, end: { line: 4, column: 2 } },
  });

  test("is shown with its reason, over whichever lines it goes, and counts all the same", () => {
    const report = reportOf({ [one]: [list] });
    const summary = summaryOf({ report, completed, sources: sourcesOf(one), accepted: [accepted] });
    expect(summary.accepted).toEqual([accepted]);
    expect(summaryText(summary)).toContain(
      "| `rules/one.ts` | `` [ 1, ] `` | `` [] `` | nothing reads it |",
    );
    expect(scoreOf(totalOf(summary.files.values()))).toBe(0);
  });

  test.each(["Killed", "NoCoverage"])("that is not one (%s) is told", (status) => {
    const report = reportOf({ [one]: [{ ...list, status }] });
    const summary = summaryOf({ report, completed, sources: sourcesOf(one), accepted: [accepted] });
    expect([summary.accepted, summary.obsolete]).toEqual([[], [accepted]]);
    expect(summaryText(summary)).toContain("Accepted, but not among the survivors: `src/domain");
  });

  test("of a file that is not measured is not told of", () => {
    const summary = summaryOf({
      report: { files: {} },
      completed,
      sources: sourcesOf(one),
      accepted: [accepted],
    });
    expect(summary.obsolete).toEqual([]);
  });
});

describe("a score", () => {
  test("is rounded down, so that none is shown that was not reached", () => {
    const killed = Array.from({ length: 1_699 }, () => mutant("Killed"));
    const survived = Array.from({ length: 301 }, () => mutant("Survived"));
    const report = reportOf({ [one]: [...killed, ...survived] });
    const text = summaryText(
      summaryOf({ report, completed, sources: sourcesOf(one), accepted: [] }),
    );
    expect(text).toContain("| **all** | 1699 | 0 | 301 | 0 | 0 | 84.9 |");
  });

  test("is none where there is nothing to notice", () => {
    const report = reportOf({ [one]: [mutant("Ignored")] });
    const { files } = summaryOf({ report, completed, sources: sourcesOf(one), accepted: [] });
    expect(scoreOf(totalOf(files.values()))).toBeNull();
  });
});
