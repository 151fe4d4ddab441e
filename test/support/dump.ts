import type { Database } from "../../src/db/database.ts";
import type { Server } from "./api.ts";

/** Written in batches after the answer, so it says nothing of a request. */
const passing = ["last_used_at"];

const statement = (name: string, text: string, params: readonly string[] = []) => ({
  name: `test.${name}`,
  text,
  params: [...params],
});

/** Every table that names an organization, partitions left to their parents. */
const tablesOf = async (database: Database): Promise<readonly string[]> => {
  const rows = await database.run(
    statement(
      "tables",
      `select format('%I.%I', n.nspname, c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
      where n.nspname in ('directory', 'wallets') and c.relkind in ('r', 'p')
        and not c.relispartition and not a.attisdropped
      order by 1`,
    ),
  );
  return rows.map((row) => String(row["name"]));
};

/** Every row of an organization, as `table {json}`, in a fixed order. */
export const dumpOf = async (server: Server, organizationId: string): Promise<string[]> => {
  const { database, directoryDatabase } = server;
  const dumps = [database, ...(directoryDatabase ? [directoryDatabase] : [])].map((one) =>
    dumpOfDatabase(one, organizationId),
  );
  const rows = (await Promise.all(dumps)).flat().sort();
  if (rows.length < 2) throw new Error("an organization has at least itself and a key");
  return rows;
};

const dumpOfDatabase = async (database: Database, organizationId: string): Promise<string[]> => {
  const tables = await tablesOf(database);
  const without = passing.map((column) => ` - '${column}'`).join("");
  const ofDirectory = tables.some((table) => table.startsWith("directory."));
  const selects = [
    ...(ofDirectory
      ? [
          `select 'directory.organizations ' || to_jsonb(t)::text as row
            from directory.organizations t where id = $1::uuid`,
        ]
      : []),
    ...tables.map(
      (table) =>
        `select '${table} ' || (to_jsonb(t)${without})::text as row from ${table} t where organization_id = $1::uuid`,
    ),
  ];
  const rows = await database.run(
    statement("dump", selects.join("\nunion all\n"), [organizationId]),
  );
  return rows.map((row) => String(row["row"]));
};

/** Rows a database statement yields: for what HTTP does not show. Names the schema that it reads. */
export const rowsOf = (
  { database, directoryDatabase = database }: Server,
  text: string,
  ...params: readonly string[]
) => {
  const of = /\bdirectory\./.test(text) ? directoryDatabase : database;
  return of.run(statement("rows", text, params));
};
