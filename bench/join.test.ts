import { expect, test } from "vitest";
import { aReport } from "../test/support/bench-report.ts";
import { joined } from "./join.ts";
import type { ScenarioResult } from "./result.ts";

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

test("what another run measured takes its place, says when that was, and counts", () => {
  const failures = [
    { id: "size", why: "no room" },
    { id: "heap", why: "no time" },
  ];
  const earlier = aReport([result("a", 6), result("b", 4)], { failures });
  const now = aReport([result("size", 3), result("b", 7)], {
    startedAt: "2026-11-23T08:00:00.000Z",
    seconds: 1_980,
  });
  const both = joined(earlier, now, ["a", "size", "b", "heap"]);
  expect(both.results.map(({ id }) => id)).toEqual(["a", "size", "b"]);
  expect(both.score.map(({ claim, met }) => [claim, met])).toEqual([
    ["a", true],
    ["size", false],
    ["b", true],
  ]);
  expect(both.results.map(({ notes }) => notes.length)).toEqual([1, 2, 2]);
  expect(both.results[2]?.notes[1]).toBe(
    "Measured on 2026-11-23, commit 0123456789ab, 7 rounds, in 33 minutes, by itself.",
  );
  expect(both.failures).toEqual([{ id: "heap", why: "no time" }]);
  expect(both).toMatchObject({ startedAt: earlier.startedAt, seconds: earlier.seconds });
});
