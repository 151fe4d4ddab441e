import { expect, test } from "vitest";
import { joined } from "./join.ts";
import { profiles } from "./profile.ts";
import type { ScenarioResult } from "./result.ts";
import type { Report } from "./run.ts";
import { scoreOf } from "./score.ts";

const result = (id: string, low: number): ScenarioResult => ({
  id,
  title: id,
  about: "",
  measured: [],
  findings: [
    {
      title: id,
      interval: { estimate: low + 1, low, high: low + 2, count: 7 },
      claim: { text: id, target: { atLeast: 5 } },
    },
  ],
  notes: ["A note."],
});

const report = (
  startedAt: string,
  results: readonly ScenarioResult[],
  failures: Report["failures"] = [],
): Report => ({
  startedAt,
  commit: "0123456789ab",
  profile: profiles.full,
  machine: {
    processor: "A processor",
    cores: 2,
    memoryGib: 24,
    system: "Linux",
    postgres: "18",
    durability: {},
    node: "24",
    deno: "2",
    workerd: "1",
  },
  load: [0, 1],
  seconds: 1_980,
  score: scoreOf(results),
  results,
  failures,
});

test("what another run measured takes its place, says when that was, and counts", () => {
  const failures = [
    { id: "size", why: "no room" },
    { id: "heap", why: "no time" },
  ];
  const earlier = report("2026-11-22T12:00:00.000Z", [result("a", 6), result("b", 4)], failures);
  const now = report("2026-11-23T08:00:00.000Z", [result("size", 3), result("b", 7)]);
  const both = joined(earlier, now, ["a", "size", "b", "heap"]);
  expect(both.results.map(({ id }) => id)).toEqual(["a", "size", "b"]);
  expect(both.score.map(({ claim, met }) => [claim, met])).toEqual([
    ["a", true],
    ["size", false],
    ["b", true],
  ]);
  expect(both.results.map(({ notes }) => notes.length)).toEqual([1, 2, 2]);
  expect(both.results[2]?.notes[1]).toBe(
    "Measured on 2026-11-23, commit 0123456789ab, in 33 minutes, by itself.",
  );
  expect(both.failures).toEqual([{ id: "heap", why: "no time" }]);
  expect(both).toMatchObject({ startedAt: earlier.startedAt, seconds: earlier.seconds });
});
