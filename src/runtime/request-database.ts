import type { Database } from "../db/database.ts";
import type { PostgresDatabase } from "../db/drivers/postgres.ts";
import type { Activity, RequestScope } from "../observability/activity.ts";

/**
 * A database on Workers, where a connection belongs to the request that opened it and the
 * platform ends it with the request: each gets its own, when it first needs one. What runs
 * outside any request, as a sweep does, opens one for each call and closes it.
 */
export const requestDatabase = (scope: RequestScope, open: () => PostgresDatabase): Database => {
  const opened = new WeakMap<Activity, PostgresDatabase>();

  const within = async <T>(work: (database: Database) => Promise<T>): Promise<T> => {
    const activity = scope.current();
    const known = activity && opened.get(activity);
    if (known) return await work(known);
    const database = open();
    if (activity) {
      opened.set(activity, database);
      return await work(database);
    }
    try {
      return await work(database);
    } finally {
      await database.close().catch(() => {});
    }
  };

  return {
    run: (statement, options) => within((database) => database.run(statement, options)),
    batch: (statements, options) => within((database) => database.batch(statements, options)),
  };
};
