import type { OnStatement } from "../db/drivers/observe.ts";
import type { RequestScope } from "../observability/activity.ts";
import type { Metrics } from "../observability/metrics.ts";

/** Counts and times every statement by its name, and notes it with the request that waits for it. */
export const countStatements =
  (
    metrics: Metrics,
    scope?: RequestScope,
    server: "primary" | "replica" = "primary",
  ): OnStatement =>
  ({ name, startedAt, durationMs, ok, sqlState }) => {
    const outcome = ok ? "ok" : sqlState ? "rejected" : "unreachable";
    // A replica that does not answer is not a database that is gone: `replicaReads` has it.
    if (server === "primary" || outcome !== "unreachable") {
      metrics.databaseStatements.inc({ name, outcome });
    }
    if (sqlState) metrics.databaseErrors.inc({ class: sqlState.slice(0, 2) });
    metrics.databaseDuration.observe({ name }, durationMs / 1_000);
    scope?.current()?.acts.push({
      name,
      kind: "statement",
      startedAt,
      durationMs,
      ...(!ok && { failure: sqlState ?? outcome }),
    });
  };
