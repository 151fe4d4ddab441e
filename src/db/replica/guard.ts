import type { Row, Statement } from "../database.ts";

/**
 * The statement with the question before it whether this server has got as far as a
 * transaction, both answered from one snapshot: asked apart, or by a function that looks at
 * the server rather than at the snapshot (`pg_last_wal_replay_lsn()`, `pg_xact_status()`),
 * the answer could be true of a moment after the one that is read.
 *
 * Below the snapshot's xmin every transaction is over and its outcome is seen. Not
 * `pg_visible_in_snapshot()`: in recovery the list of transactions under way that it looks at
 * is empty, and one that is still open passes for visible (docs/decisions/0041).
 *
 * `offset 0` keeps the planner from merging the statement into the join, so that its one
 * condition is judged first and the statement is not run where it fails. One row on the left
 * and a lateral right leave it only a nested loop, which keeps the statement's order.
 */
export const guarded = ({ name, text, params }: Statement, since: string): Statement => ({
  name,
  text: `select guard.reached, answer.* from (
  select $${params.length + 1}::text::xid8 < pg_snapshot_xmin(pg_current_snapshot()) as reached
) guard left join lateral (
  select true as found, asked.* from (
${text}
  ) asked where guard.reached offset 0
) answer on true`,
  params: [...params, since],
});

/** The statement's rows, or `null` if the server has not got that far. */
export const rowsOfGuarded = (rows: readonly Row[]): Row[] | null => {
  if (rows[0]?.["reached"] !== true) return null;
  return rows.filter(({ found }) => found === true);
};
