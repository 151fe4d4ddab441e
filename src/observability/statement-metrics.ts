import type { Metrics } from "./metrics.ts";

/** What a driver tells of a statement that it carried. */
export interface StatementOutcome {
  readonly name: string;
  readonly durationMs: number;
  readonly ok: boolean;
  /** PostgreSQL's code where it answered with an error; absent when no answer came. */
  readonly sqlState?: string;
}

/** Counts and times statements; give it to the driver. */
export const countStatements =
  (metrics: Pick<Metrics, "databaseStatements" | "databaseDuration">) =>
  ({ name, durationMs, ok, sqlState }: StatementOutcome): void => {
    const outcome = ok ? "ok" : sqlState === undefined ? "unreachable" : "rejected";
    metrics.databaseStatements.inc({ name, outcome });
    metrics.databaseDuration.observe({ name }, durationMs / 1000);
  };
