import type { Context } from "../db/contexts.ts";
import type { Database } from "../db/database.ts";
import { purgeKeys } from "../db/idempotency.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";

export interface Purge {
  readonly database: Database;
  /** Those whose tables the database has. */
  readonly contexts: readonly Context[];
  /** For how long a creation can be repeated by its key. */
  readonly keyRetentionDays: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Whether to leave the rest for another time. */
  readonly stopped?: () => boolean;
}

/** Few enough that nobody notices, in locks or in what a standby has to follow. */
const atOnce = 1_000;

const dayMs = 86_400_000;

/** Purges used keys until none is too old, or `budgetMs` is spent; the next time goes on. */
export const purgeUsedKeys = async (purge: Purge, budgetMs: number): Promise<void> => {
  const startedAt = Date.now();
  const before = new Date(startedAt - purge.keyRetentionDays * dayMs).toISOString();
  try {
    for (const context of purge.contexts) {
      let purged = atOnce;
      while (purged === atOnce && !purge.stopped?.() && Date.now() - startedAt < budgetMs) {
        purged = await purgeKeys(purge.database, context, before, atOnce);
        if (purged > 0) purge.metrics.purgedKeys.inc({ context }, purged);
      }
    }
  } catch {
    purge.logger.log("error", { event: "purge_failed" });
  }
};
