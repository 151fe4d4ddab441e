import {
  alteredTable,
  createdIndex,
  droppedIndex,
  name,
  type SchemaSoFar,
  unquoted,
} from "./schema-so-far.ts";

export interface Place {
  readonly schema: SchemaSoFar;
  /** Made by this migration, so that nobody uses it yet. */
  readonly isNew: (table: string) => boolean;
  readonly byStatement: boolean;
  /** The statement before it in this migration. */
  readonly before: string;
  /** All of this migration's. */
  readonly all: readonly string[];
}

/** What is wrong with a statement on a database that is in use, or `undefined`. */
export type Rule = (statement: string, place: Place) => string | undefined;

const onUsed = (statement: string, { isNew }: Place): boolean => {
  const table = alteredTable(statement);
  return table !== undefined && !isNew(table);
};

const indexes: Rule = (statement, { schema, isNew, byStatement, before }) => {
  const made = createdIndex(statement);
  if (!made || isNew(made.table)) return undefined;
  const partitioned = schema.partitioned.has(made.table);
  if (/\bconcurrently\b/i.test(statement)) {
    if (partitioned)
      return "a partitioned table's index is made on ONLY it, then on each partition";
    if (!byStatement) return "CONCURRENTLY cannot be in a transaction: run statement by statement";
    return droppedIndex(before) === made.index
      ? undefined
      : "what is left of an attempt that failed must be dropped first: DROP INDEX CONCURRENTLY IF EXISTS";
  }
  if (partitioned && / on only /i.test(statement)) return undefined;
  return "an index on a table in use is made CONCURRENTLY";
};

const droppedIndexes: Rule = (statement, { schema }) => {
  const index = droppedIndex(statement);
  if (!index || /concurrently/i.test(statement)) return undefined;
  const of = schema.indexes.get(index);
  // PostgreSQL has no other way for these.
  return of !== undefined && schema.partitioned.has(of)
    ? undefined
    : "an index is dropped CONCURRENTLY";
};

const concurrentDrops: Rule = (statement, { byStatement }) =>
  /^drop index concurrently/i.test(statement) && !byStatement
    ? "CONCURRENTLY cannot be in a transaction: run statement by statement"
    : undefined;

const types: Rule = (statement, place) =>
  onUsed(statement, place) && /\balter (?:column )?\S+ (?:set data )?type\b/i.test(statement)
    ? "another type rewrites the table: add a column and fill it"
    : undefined;

const constraints: Rule = (statement, place) => {
  if (!onUsed(statement, place)) return undefined;
  if (/\badd (?:constraint \S+ )?(?:unique|primary key)\b(?! using index)/i.test(statement)) {
    return "a unique constraint takes an index that was made before: USING INDEX";
  }
  const checked = /\badd (?:constraint \S+ )?(?:check|foreign key|exclude)\b/i.test(statement);
  return checked && !/\bnot valid\b/i.test(statement)
    ? "a constraint on a table in use is added NOT VALID, and validated afterwards"
    : undefined;
};

const validation: Rule = (statement, { byStatement, all }) =>
  /\bvalidate constraint\b/i.test(statement) && !byStatement && all.length > 1
    ? "VALIDATE reads the whole table under the locks of what was done before it: run statement by statement"
    : undefined;

const columns: Rule = (statement, place) => {
  if (!onUsed(statement, place) || !/\badd column\b/i.test(statement)) return undefined;
  if (/\breferences\b|\bcheck ?\(|\bunique\b|\bprimary key\b/i.test(statement)) {
    return "a column's constraint is added by itself, NOT VALID";
  }
  if (/\bgenerated (?:always|by default) as\b.*(?:\bstored\b|\bidentity\b)/is.test(statement)) {
    return "a stored or identity column rewrites the table";
  }
  if (/\b(?:small|big)?serial\b/i.test(statement)) return "a serial column rewrites the table";
  if (/\bdefault\b[^,]*\b(?!now\b|current_)\w+\s*\(/i.test(statement)) {
    return "a default that is computed for each row rewrites the table: add the column, then its default";
  }
  return /\bnot null\b/i.test(statement) && !/\bdefault\b/i.test(statement)
    ? "rows that exist have no value, and old code writes none: give it a default"
    : undefined;
};

const notNull: Rule = (statement, place) => {
  const found = new RegExp(`alter (?:column )?(${name}) set not null`, "i").exec(statement);
  if (!found || !onUsed(statement, place)) return undefined;
  const column = `${alteredTable(statement)}.${unquoted(found[1] ?? "")}`;
  return place.schema.neverNull.has(column)
    ? undefined
    : "SET NOT NULL reads the whole table, unless a validated CHECK (... IS NOT NULL) says so already";
};

const contraction: Rule = (statement) =>
  /^drop (?:table|schema|type|function|view)\b|\bdrop column\b|\brename\b/i.test(statement)
    ? "code that is still running may use it"
    : undefined;

const data: Rule = (statement, { isNew }) => {
  if (/^do\b/i.test(statement)) {
    const changes = /\b(?:update|delete|insert)\b/i.test(statement);
    return changes && !/\bcommit\b/i.test(statement)
      ? "rows are changed in batches, with a COMMIT after each"
      : undefined;
  }
  const found = new RegExp(`^(?:update|delete from|insert into) (?:only )?(${name})`, "i").exec(
    statement,
  );
  return found && !isNew(unquoted(found[1] ?? ""))
    ? "rows are changed in batches: DO with a COMMIT after each"
    : undefined;
};

const inTransaction: Rule = (statement, { byStatement }) =>
  /^do\b.*\bcommit\b/is.test(statement) && !byStatement
    ? "COMMIT cannot be in a transaction: run statement by statement"
    : undefined;

const heavy: Rule = (statement) =>
  /^(?:lock|cluster|truncate|vacuum|reindex(?!.*concurrently)|set|reset|begin|commit)\b/i.test(
    statement,
  )
    ? "it locks a table for long, or changes what the migrator has set"
    : undefined;

/** Whoever has locked the second and wants the first would wait for ever. */
const tablesAtOnce: Rule = (statement, place) => {
  const tables = place.all.flatMap((one) => (onUsed(one, place) ? [alteredTable(one)] : []));
  return onUsed(statement, place) && !place.byStatement && alteredTable(statement) !== tables[0]
    ? "two tables are locked at once: run statement by statement, or make it two migrations"
    : undefined;
};

/** A migration that runs statement by statement starts again after a failure. */
const repeatable: Rule = (statement, { byStatement, before }) => {
  if (!byStatement) return undefined;
  const creates = /^create (?:table|schema|(?:unique )?index (?!concurrently))/i.test(statement);
  if ((creates || /\badd column\b/i.test(statement)) && !/\bif not exists\b/i.test(statement)) {
    return "it may run twice: IF NOT EXISTS";
  }
  if (
    /^drop\b|\bdrop (?:column|constraint)\b/i.test(statement) &&
    !/\bif exists\b/i.test(statement)
  ) {
    return "it may run twice: IF EXISTS";
  }
  const constraint = new RegExp(`add constraint (${name})`, "i").exec(statement)?.[1];
  return constraint && !new RegExp(`drop constraint if exists ${constraint}`, "i").test(before)
    ? "it may run twice: DROP CONSTRAINT IF EXISTS before it"
    : undefined;
};

export const rules: readonly Rule[] = [
  indexes,
  droppedIndexes,
  concurrentDrops,
  types,
  constraints,
  validation,
  columns,
  notNull,
  contraction,
  data,
  inTransaction,
  heavy,
  tablesAtOnce,
  repeatable,
];
