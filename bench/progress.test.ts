import { describe, expect, test } from "vitest";
import { Progress } from "./progress.ts";

const watched = (isTTY: boolean) => {
  let time = 0;
  let text = "";
  const output = {
    isTTY,
    write: (more: string) => {
      text += more;
    },
  };
  const progress = new Progress(output, () => time);
  const pass = (seconds: number) => {
    time += seconds * 1_000;
  };
  return { progress, pass, said: () => text };
};

describe("progress", () => {
  test("goes by the plan at first, then by how long what is done took", () => {
    const { progress, pass } = watched(true);
    progress.plan(100);
    expect(progress.line()).toBe(`[${".".repeat(24)}]   0 %  1:40 left `);
    pass(40);
    progress.advance(25, "first");
    expect(progress.line()).toBe(`[${"#".repeat(6)}${".".repeat(18)}]  25 %  2:00 left `);
    pass(120);
    progress.advance(75, "rest");
    expect(progress.line()).toBe(`[${"#".repeat(24)}] 100 %  0:00 left `);
  });

  test("never says that more is done than there is", () => {
    const { progress } = watched(true);
    progress.plan(10);
    progress.advance(30, "long");
    expect(progress.line()).toContain("100 %");
  });

  test("writes over its line on a terminal, and seldom into a log", () => {
    const terminal = watched(true);
    const log = watched(false);
    for (const { progress, pass } of [terminal, log]) {
      progress.plan(60);
      for (let second = 0; second < 60; second++) {
        progress.advance(1, `step ${second}`);
        pass(1);
      }
      progress.end();
    }
    expect(terminal.said().split("\r")).toHaveLength(61);
    expect(log.said()).not.toContain("\r");
    expect(log.said().trim().split("\n")).toHaveLength(6);
  });
});
