import { profiles } from "../../bench/profile.ts";
import type { ScenarioResult } from "../../bench/result.ts";
import type { Report } from "../../bench/run.ts";
import { scoreOf } from "../../bench/score.ts";

/** What a full run on some machine says, with these results. */
export const aReport = (
  results: readonly ScenarioResult[],
  over: Partial<Omit<Report, "results" | "score">> = {},
): Report => ({
  startedAt: "2026-11-22T12:00:00.000Z",
  commit: "0123456789ab",
  profile: profiles.full,
  machine: {
    processor: "A processor",
    cores: 2,
    memoryGib: 24,
    system: "Linux 6.1",
    node: "24.21.0",
    deno: "2.9.6",
    workerd: "1.2",
    postgres: "18.4",
    durability: { fsync: "on" },
  },
  load: [0.1, 3.2],
  seconds: 4_000,
  score: scoreOf(results),
  results,
  failures: [],
  ...over,
});
