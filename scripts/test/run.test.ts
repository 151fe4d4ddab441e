import { describe, expect, test } from "vitest";
import { countOf } from "./run.ts";

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe("counting", () => {
  test("counts tests", () => {
    const report = {
      numPassedTests: 2,
      numFailedTests: 1,
      testResults: [file("failed", "passed", "failed"), file("passed", "passed")],
    };
    expect(countOf(report, 1)).toEqual({ passed: 2, failed: 1 });
  });

  test("a file that cannot be loaded is a failure", () => {
    const report = {
      numPassedTests: 1,
      numFailedTests: 0,
      testResults: [file("failed"), file("passed", "passed")],
    };
    expect(countOf(report, 1)).toEqual({ passed: 1, failed: 1 });
  });

  test("so is a failure outside any test, a project without tests, and no report at all", () => {
    const passed = {
      numPassedTests: 1,
      numFailedTests: 0,
      testResults: [file("passed", "passed")],
    };
    expect(countOf(passed, 1)).toEqual({ passed: 1, failed: 1 });
    expect(countOf({ numPassedTests: 0, numFailedTests: 0, testResults: [] }, 0).failed).toBe(1);
    expect(countOf(undefined, 0).failed).toBe(1);
  });

  test("a run in which everything passes has no failure", () => {
    const report = {
      numPassedTests: 1,
      numFailedTests: 0,
      testResults: [file("passed", "passed")],
    };
    expect(countOf(report, 0)).toEqual({ passed: 1, failed: 0 });
  });
});
