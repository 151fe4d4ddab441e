import { type SQL, sql } from "drizzle-orm";

/**
 * The `set` list of a patch: what is `undefined` stays as it is. `updated_at` always
 * moves, also within one millisecond and when the database's clock was set back.
 */
export const assignments = (columns: Readonly<Record<string, SQL | undefined>>): SQL => {
  const changes = Object.entries(columns).flatMap(([column, value]) =>
    value === undefined ? [] : [sql`${sql.identifier(column)} = ${value}`],
  );
  changes.push(sql`updated_at = greatest(now(), updated_at + interval '1 millisecond')`);
  return sql.join(changes, sql`, `);
};

/** A jsonb parameter: as text with a cast, which every driver sends alike. */
export const json = (value: unknown): SQL => sql`${JSON.stringify(value)}::text::jsonb`;
