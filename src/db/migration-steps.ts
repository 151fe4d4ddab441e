/**
 * The first line of a migration whose statements each run and take effect by themselves, as
 * `create index concurrently` must. It is recorded after the last; if it ends before that it
 * is run again from the start, so each of its statements can be repeated.
 */
export const byStatement = "-- migrate: statement by statement";

export const runsByStatement = (sql: string): boolean => sql.trimStart().startsWith(byStatement);

/** Such a statement waits for transactions to end, and keeps no request waiting meanwhile. */
export const isConcurrent = (statement: string): boolean =>
  /\bconcurrently\b/i.test(withoutComments(statement));

export const withoutComments = (sql: string): string => sql.replaceAll(/--.*$/gm, "");
