import { sql } from "drizzle-orm";
import type { Freshness } from "../domain/freshness.ts";
import type { Row } from "./database.ts";

/**
 * A column of what a writing statement answers: the id of its transaction. One that writes
 * has an id anyway, so it costs nothing.
 */
export const writtenBy = sql`pg_current_xact_id()::text as written_by`;

/** The same of a statement that writes nothing: who sees this much sees all that it saw. */
export const seenBy = sql`(pg_snapshot_xmax(pg_current_snapshot())::text::numeric - 1)::text as written_by`;

/** What a reader of the context must see to see what the statement wrote. */
export const writtenOf = (
  context: keyof Freshness,
  row: Row | undefined,
): { readonly written?: Freshness } => {
  const transaction = row?.["written_by"];
  return typeof transaction === "string" ? { written: { [context]: transaction } } : {};
};
