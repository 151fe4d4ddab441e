import { type SQL, sql } from "drizzle-orm";
import type { Page, PageRequest } from "../domain/page.ts";
import type { Row, Statement } from "./database.ts";
import { statement } from "./statement.ts";

/**
 * A column, or an expression over one, that a list can be sorted by. It is never null
 * (the row comparison would lose such rows): wrap nullable columns in `coalesce`, and
 * index the same expression.
 */
export interface SortColumn {
  readonly expression: SQL;
  readonly type: "instant" | "text" | "bigint";
}

/** The allow-list: a sort field that is not in it cannot reach the statement. */
export type SortColumns<Field extends string> = Readonly<Record<Field, SortColumn>>;

export interface PageQuery<Field extends string> {
  readonly name: string;
  /** What to select, without the position, which is added as `page_value`. */
  readonly columns: SQL;
  readonly from: SQL;
  /** All must hold; the first names the organization. */
  readonly where: readonly SQL[];
  readonly sortColumns: SortColumns<Field>;
  /** Breaks ties; `id` unless told. */
  readonly id?: SQL;
}

/**
 * One page by keyset (`page.after`) or by `page.skip`. It asks for one row more than the
 * page holds: that row tells whether there is a next page.
 */
export const pageStatement = <Field extends string>(
  query: PageQuery<Field>,
  page: PageRequest<Field>,
): Statement => statement(query.name, selectPage(query, page));

/** The same for what belongs to a parent: no row at all if there is no such parent. */
export const childPageStatement = <Field extends string>(
  parent: SQL,
  query: PageQuery<Field>,
  page: PageRequest<Field>,
): Statement =>
  statement(
    query.name,
    sql`select child.* from (${parent}) parent
left join lateral (${selectPage(query, page)}) child on true
order by child.page_value ${directionOf(page)}, child.id ${directionOf(page)}`,
  );

const directionOf = ({ sort }: PageRequest<string>): SQL => (sort === "asc" ? sql`asc` : sql`desc`);

const selectPage = <Field extends string>(
  query: PageQuery<Field>,
  page: PageRequest<Field>,
): SQL => {
  const { expression, type } = query.sortColumns[page.sortBy];
  const id = query.id ?? sql`id`;
  const direction = directionOf(page);
  const conditions = [...query.where];
  if (page.after) {
    const beyond = page.sort === "asc" ? sql`>` : sql`<`;
    const value = sql`${page.after.value}::text::${sql.raw(sqlType[type])}`;
    conditions.push(sql`(${expression}, ${id}) ${beyond} (${value}, ${page.after.id}::uuid)`);
  }
  return sql`select ${query.columns}, ${positionText(expression, type)} as page_value
from ${query.from}
where ${sql.join(conditions, sql` and `)}
order by ${expression} ${direction}, ${id} ${direction}
limit ${page.limit + 1}::int offset ${page.skip}::int`;
};

/** Makes the page of the rows that `pageStatement` returned; `parse` sees one row and gives it an `id`. */
export const pageOf = <T extends { readonly id: string }>(
  rows: readonly Row[],
  limit: number,
  parse: (row: Row) => T,
): Page<T> => {
  const items = rows.slice(0, limit).map(parse);
  const last = items.at(-1);
  if (rows.length <= limit || !last) return { items, next: null };
  const value = rows[limit - 1]?.["page_value"];
  if (typeof value !== "string") throw new TypeError("A page's last row has no position");
  return { items, next: { value, id: last.id } };
};

/** Of `childPageStatement`: `null` if there is no such parent. */
export const childPageOf = <T extends { readonly id: string }>(
  rows: readonly Row[],
  limit: number,
  parse: (row: Row) => T,
): Page<T> | null =>
  rows.length === 0
    ? null
    : pageOf(
        rows.filter(({ id }) => id !== null),
        limit,
        parse,
      );

const sqlType: Record<SortColumn["type"], string> = {
  instant: "timestamptz",
  text: "text",
  bigint: "bigint",
};

/** Exact: a time cut to milliseconds would show the rows in between twice, or never. */
const positionText = (expression: SQL, type: SortColumn["type"]): SQL =>
  type === "instant"
    ? sql`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    : sql`(${expression})::text`;
