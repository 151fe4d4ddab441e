import type { OnStatement } from "../db/drivers/observe.ts";
import type { Metrics } from "../observability/metrics.ts";

/** Counts and times every statement by its name. */
export const countStatements =
  (metrics: Metrics): OnStatement =>
  ({ name, durationMs, ok, sqlState }) => {
    const outcome = ok ? "ok" : sqlState ? "rejected" : "unreachable";
    metrics.databaseStatements.inc({ name, outcome });
    if (sqlState) metrics.databaseErrors.inc({ class: sqlState.slice(0, 2) });
    metrics.databaseDuration.observe({ name }, durationMs / 1_000);
  };
