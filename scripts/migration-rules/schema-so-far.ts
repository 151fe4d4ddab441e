/** What earlier migrations have made, as far as the rules ask for it. Names are as in SQL, unquoted. */
export interface SchemaSoFar {
  readonly tables: Set<string>;
  readonly partitioned: Set<string>;
  /** The table of each index. */
  readonly indexes: Map<string, string>;
  /** `table.column` by the name of the check that says it is not null. */
  readonly notNullChecks: Map<string, string>;
  /** Those of which a check was validated. */
  readonly neverNull: Set<string>;
}

export const emptySchema = (): SchemaSoFar => ({
  tables: new Set(),
  partitioned: new Set(),
  indexes: new Map(),
  notNullChecks: new Map(),
  neverNull: new Set(),
});

/** `"wallets"."cards"` and `wallets.cards` are one name. */
export const unquoted = (name: string): string => name.replaceAll('"', "").toLowerCase();

export const name = '(?:"[^"]+"|\\w+)(?:\\.(?:"[^"]+"|\\w+))?';

const find = (pattern: string, statement: string): string[] | undefined => {
  const found = new RegExp(pattern.replaceAll("NAME", `(${name})`), "i").exec(statement);
  return found ? found.slice(1).map((part) => unquoted(part ?? "")) : undefined;
};

export const createdTable = (statement: string): string | undefined =>
  find("^create table (?:if not exists )?NAME", statement)?.[0];

export const createdIndex = (
  statement: string,
): { readonly index: string; readonly table: string } | undefined => {
  const found = find(
    "^create (?:unique )?index (?:concurrently )?(?:if not exists )?NAME on (?:only )?NAME",
    statement,
  );
  const [index = "", table = ""] = found ?? [];
  // An index lies in its table's schema, which its creation does not name.
  return found && { index: `${table.split(".")[0]}.${index}`, table };
};

export const alteredTable = (statement: string): string | undefined =>
  find("^alter table (?:if exists )?(?:only )?NAME", statement)?.[0];

export const droppedIndex = (statement: string): string | undefined =>
  find("^drop index (?:concurrently )?(?:if exists )?NAME", statement)?.[0];

/** The schema after a statement. */
export const learn = (schema: SchemaSoFar, statement: string): void => {
  const table = createdTable(statement);
  if (table) {
    schema.tables.add(table);
    if (/\) partition by /i.test(statement)) schema.partitioned.add(table);
  }
  const made = createdIndex(statement);
  if (made) schema.indexes.set(made.index, made.table);
  const altered = alteredTable(statement);
  if (!altered) return;
  const check = find("add constraint NAME check \\( ?NAME is not null ?\\)", statement);
  const [constraint = "", column = ""] = check ?? [];
  if (check)
    schema.notNullChecks.set(`${altered}.${constraint}`, `${altered}.${column.split(".").at(-1)}`);
  const validated = find("validate constraint NAME", statement)?.[0];
  const sure = validated && schema.notNullChecks.get(`${altered}.${validated}`);
  if (sure) schema.neverNull.add(sure);
};
