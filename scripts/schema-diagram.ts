import { readdir } from "node:fs/promises";
import { is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { generated } from "./generated-file.ts";

type Table = ReturnType<typeof getTableConfig>;

const folder = new URL("../src/db/schema/", import.meta.url);

const tables = async (): Promise<Table[]> => {
  const found = new Map<PgTable, Table>();
  for (const file of (await readdir(folder)).sort()) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
    const exported = (await import(new URL(file, folder).href)) as Record<string, unknown>;
    for (const value of Object.values(exported)) {
      if (is(value, PgTable)) found.set(value, getTableConfig(value));
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
};

/** Mermaid takes one word for a type and a name. */
const word = (text: string): string => text.replace(/[^A-Za-z0-9_]+/g, "_").replace(/_$/, "");

const entity = (table: Table): string => {
  const primary = new Set(
    table.primaryKeys.flatMap((key) => key.columns.map((column) => column.name)),
  );
  const foreign = new Set(
    table.foreignKeys.flatMap((key) => key.reference().columns.map((column) => column.name)),
  );
  const lines = table.columns.map((column) => {
    const keys = [
      ...(column.primary || primary.has(column.name) ? ["PK"] : []),
      ...(foreign.has(column.name) ? ["FK"] : []),
    ].join(", ");
    const parts = [word(column.getSQLType()), word(column.name), keys];
    if (!column.notNull) parts.push('"optional"');
    return `    ${parts.filter((part) => part !== "").join(" ")}`;
  });
  return `  ${table.name} {\n${lines.join("\n")}\n  }`;
};

const relations = (table: Table): string[] =>
  table.foreignKeys.map((key) => {
    const { columns, foreignTable } = key.reference();
    const optional = columns.some((column) => !column.notNull);
    const to = getTableConfig(foreignTable).name;
    const own = columns.filter((column) => column.name !== "organization_id").map((c) => c.name);
    const label = own.join(", ") || "organization_id";
    return `  ${to} ${optional ? "|o" : "||"}--o{ ${table.name} : "${label}"`;
  });

const diagram = async (): Promise<string> => {
  const all = await tables();
  const contexts = [...new Set(all.map((table) => table.schema ?? "public"))].sort();
  const sections = contexts.map((context) => {
    const own = all.filter((table) => (table.schema ?? "public") === context);
    const body = [...own.flatMap(relations).sort(), ...own.map(entity)].join("\n");
    return `## ${context}\n\n\`\`\`mermaid\nerDiagram\n${body}\n\`\`\`\n`;
  });
  return `# The database's schema

Generated from \`src/db/schema\` by \`npm run generate\`. The two contexts are PostgreSQL
schemas of their own: no foreign key and no join crosses from one to the other.

${sections.join("\n")}`;
};

await generated(new URL("../docs/schema.md", import.meta.url), await diagram());
