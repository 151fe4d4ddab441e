import { measuredAt } from "./report/figures.ts";
import type { ScenarioResult } from "./result.ts";
import type { Report } from "./run.ts";
import { scoreOf } from "./score.ts";

/**
 * An earlier report with what another run measured, each of that with a note of when it was:
 * what is compared with each other is of one run all the same. `order` is that of the scenarios.
 */
export const joined = (earlier: Report, now: Report, order: readonly string[]): Report => {
  const measured = new Map<string, ScenarioResult>(
    earlier.results.map((result) => [result.id, result]),
  );
  const minutes = Math.round(now.seconds / 60);
  const rounds = `${now.profile.pairs} rounds`;
  const note = `Measured on ${measuredAt(now)}, ${rounds}, in ${minutes} minutes, by itself.`;
  for (const result of now.results) {
    measured.set(result.id, { ...result, notes: [...result.notes, note] });
  }
  const results = [...measured.values()].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  return {
    ...earlier,
    results,
    score: scoreOf(results),
    failures: [...earlier.failures.filter(({ id }) => !measured.has(id)), ...now.failures],
  };
};
