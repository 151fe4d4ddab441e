import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { assertParams, type Param, type Statement } from "./database.ts";

const dialect = new PgDialect();

/**
 * Turns drizzle's `sql` into a statement for the `Database` port. `name` comes from a
 * bounded set: it labels metrics and traces.
 */
export const statement = (name: string, query: SQL): Statement => {
  const { sql: text, params } = dialect.sqlToQuery(query);
  const built = { name, text, params: params.map((value) => toParam(name, value)) };
  assertParams(built);
  return built;
};

const toParam = (name: string, value: unknown): Param => {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  // JSON goes as text with a cast, so that both drivers send the same.
  throw new TypeError(`${name}: a parameter is ${typeof value}, which no driver sends alike`);
};
