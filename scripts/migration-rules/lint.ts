import type { Migration } from "../../src/db/migrate.ts";
import { statementsOf } from "../../src/db/migration-context.ts";
import { runsByStatement, withoutComments } from "../../src/db/migration-steps.ts";
import { rules } from "./rules.ts";
import { createdTable, emptySchema, learn } from "./schema-so-far.ts";

export interface Fault {
  readonly tag: string;
  readonly statement: string;
  readonly fault: string;
}

/** A comment that says why a statement may break the rules. */
const deliberate = /^\s*-- deliberate: \S/m;

/** Which statements of these migrations a database in use cannot take; docs/operations/migrations.md. */
export const migrationFaults = (migrations: readonly Migration[]): Fault[] => {
  const schema = emptySchema();
  return migrations.flatMap(({ tag, sql }) => {
    const statements = statementsOf(sql, undefined).map((text) => ({
      statement: plain(text),
      isDeliberate: deliberate.test(text),
    }));
    const all = statements.map(({ statement }) => statement);
    const made = new Set(all.map(createdTable));
    const isNew = (table: string): boolean => made.has(table) && !before.has(table);
    const before = new Set(schema.tables);
    return statements.flatMap(({ statement, isDeliberate }, n) => {
      const place = {
        schema,
        isNew,
        byStatement: runsByStatement(sql),
        before: all[n - 1] ?? "",
        all,
      };
      const faults = isDeliberate ? [] : rules.map((rule) => rule(statement, place));
      learn(schema, statement);
      return faults.flatMap((fault) => (fault ? [{ tag, statement, fault }] : []));
    });
  });
};

const plain = (statement: string): string =>
  withoutComments(statement).replaceAll(/\s+/g, " ").replace(/;\s*$/, "").trim();
