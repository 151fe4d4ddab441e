/**
 * What a commit's statement is given, by section: its columns by their short names, with
 * their types. Each column is one parameter: an array with a value for each row, or the value
 * of the only row.
 */
const sections = {
  wallets: {
    g: "int",
    id: "uuid",
    org: "uuid",
    expected: "bigint",
    version: "bigint",
    available: "bigint",
    held: "bigint",
    receivable: "bigint",
    usage: "jsonb",
    tz_locked: "boolean",
    hash: "text",
    at: "timestamptz(3)",
    cold: "boolean",
    name: "text",
    timezone: "text",
    status: "text",
    limits: "jsonb",
    controls: "jsonb",
    metadata: "jsonb",
    threshold: "bigint",
    deleted: "timestamptz(3)",
  },
  keys: {
    g: "int",
    w: "uuid",
    l: "int",
    k: "text",
  },
  events: {
    w: "uuid",
    s: "bigint",
    t: "text",
    c: "json as text",
    d: "json as text",
    v: "smallint",
    r: "text",
    k: "text",
    f: "text",
    at: "timestamptz(3)",
    h: "text",
    p: "int",
  },
  postings: {
    w: "uuid",
    s: "bigint",
    o: "smallint",
    kind: "text",
    debit: "text",
    credit: "text",
    amount: "bigint",
    source: "uuid",
    card: "uuid",
    reference: "text",
    available: "bigint",
    held: "bigint",
    receivable: "bigint",
    effective: "timestamptz(3)",
    at: "timestamptz(3)",
  },
  newPayments: {
    id: "uuid",
    w: "uuid",
    card: "uuid",
    approved: "boolean",
    forced: "boolean",
    status: "text",
    reasons: "jsonb",
    requested: "bigint",
    amount: "bigint",
    held: "bigint",
    captured: "bigint",
    reversed: "bigint",
    refunded: "bigint",
    merchant: "jsonb",
    merchant_amount: "jsonb",
    consumed: "jsonb",
    metadata: "jsonb",
    expires: "timestamptz(3)",
    decided: "bigint",
    sequence: "bigint",
    at: "timestamptz(3)",
  },
  changedCards: {
    id: "uuid",
    w: "uuid",
    usage: "jsonb",
    cold: "boolean",
    cardholder: "uuid",
    name: "text",
    status: "text",
    limits: "jsonb",
    controls: "jsonb",
    metadata: "jsonb",
    replaced_by: "uuid",
    locked_merchant: "text",
    updated: "timestamptz(3)",
    deleted: "timestamptz(3)",
  },
  newCards: {
    g: "int",
    id: "uuid",
    w: "uuid",
    l: "int",
    org: "uuid",
    cardholder: "uuid",
    name: "text",
    type: "text",
    issued: "boolean",
    status: "text",
    last4: "text",
    exp_month: "smallint",
    exp_year: "smallint",
    ciphertext: "text",
    key_version: "int",
    fingerprint: "text",
    limits: "jsonb",
    usage: "jsonb",
    controls: "jsonb",
    metadata: "jsonb",
    replacement_for: "uuid",
    locked_merchant: "text",
    created: "timestamptz(3)",
    updated: "timestamptz(3)",
    deleted: "timestamptz(3)",
  },
  changedPayments: {
    l: "int",
    id: "uuid",
    w: "uuid",
    status: "text",
    amount: "bigint",
    held: "bigint",
    captured: "bigint",
    reversed: "bigint",
    refunded: "bigint",
    consumed: "jsonb",
    expires: "timestamptz(3)",
    sequence: "bigint",
  },
  operations: {
    id: "uuid",
    w: "uuid",
    kind: "text",
    authorization_id: "uuid",
    record: "jsonb",
    s: "bigint",
    at: "timestamptz(3)",
  },
} as const;

export type Section = keyof typeof sections;

/** A row of a section; a column that is left out is null. */
export type SectionRow = Readonly<Record<string, unknown>>;

/** How a statement with some of the sections names what it is given. */
export interface Layout {
  /** A section's rows as an item of FROM; a column that is shorter than others ends in nulls. */
  readonly rows: (section: Section, alias: string) => string;
  /** The parameter after all columns. */
  readonly last: string;
  /** The values of the columns' parameters, in order. */
  readonly params: (given: Readonly<Record<Section, readonly SectionRow[]>>) => (string | null)[];
}

/** How many rows a section can have. */
export type Room = "any" | "one";

export const layoutOf = (included: readonly Section[], room: Room = "any"): Layout => {
  const columns = included
    .flatMap((section) =>
      Object.entries(sections[section]).map(([name, type]) => ({ section, name, type })),
    )
    .map((column, at) => ({ ...column, parameter: `$${at + 1}` }));
  return {
    rows: (section, alias) => {
      const own = columns.filter((column) => column.section === section);
      return room === "any" ? anyRows(own, alias) : oneRow(own, alias);
    },
    last: `$${columns.length + 1}`,
    params: (given) =>
      columns.map(({ section, name, type }) =>
        room === "any"
          ? columnText(given[section], name, type)
          : onlyValue(given[section], name, type),
      ),
  };
};

interface Column {
  readonly name: string;
  readonly type: string;
  readonly parameter: string;
}

/**
 * Taken apart in step, in the select list: as functions in FROM each array's elements would be
 * stored by themselves first, and read again.
 */
const anyRows = (columns: readonly Column[], alias: string): string => {
  const values = columns.map(
    ({ name, parameter, type }) => `${elements(parameter, type)} as ${name}`,
  );
  return `(select ${values.join(", ")}) as ${alias}`;
};

const elements = (parameter: string, type: string): string =>
  type === "jsonb" || type === "json as text"
    ? `unnest(string_to_array(${parameter}::text, E'\\n', ''))::${sqlType(type)}`
    : `unnest(${parameter}::text::${type}[])`;

/** No row if there is no value for the first column, which every row has. */
const oneRow = (columns: readonly Column[], alias: string): string => {
  const values = columns.map(
    ({ name, parameter, type }) => `${parameter}::text::${sqlType(type)} as ${name}`,
  );
  return `(select ${values.join(", ")} where ${columns[0]?.parameter}::text is not null) as ${alias}`;
};

const sqlType = (type: string): string => (type === "json as text" ? "text" : type);

/**
 * A column: of JSON a text a line, and nothing on that of a null, since JSON spells line breaks
 * out, and in an array each quote would have to be spelled out as well, and read again; of all
 * else as PostgreSQL writes arrays. One without a value is empty: nobody has to read its nulls.
 */
const columnText = (rows: readonly SectionRow[], name: string, type: string): string => {
  if (type === "jsonb") return joined(rows, name, "\n", "", JSON.stringify);
  if (type === "json as text") return joined(rows, name, "\n", "", onOneLine);
  return `{${joined(rows, name, ",", "NULL", type === "text" ? quoted : String)}}`;
};

const joined = (
  rows: readonly SectionRow[],
  name: string,
  separator: string,
  ofNull: string,
  write: (value: unknown) => string,
): string => {
  let text = "";
  let between = "";
  let empty = true;
  for (const row of rows) {
    const value = row[name];
    text += between;
    between = separator;
    if (isNull(value)) {
      text += ofNull;
    } else {
      text += write(value);
      empty = false;
    }
  }
  return empty ? "" : text;
};

/** A second line would be another row's. */
const onOneLine = (value: unknown): string => {
  const text = String(value);
  if (text === "" || text.includes("\n")) {
    throw new TypeError("not JSON as JSON.stringify writes it");
  }
  return text;
};

/** A column of a section that has one row at most. */
const onlyValue = (rows: readonly SectionRow[], name: string, type: string): string | null => {
  const value = rows[0]?.[name];
  if (isNull(value)) return null;
  return type === "jsonb" ? JSON.stringify(value) : String(value);
};

const isNull = (value: unknown): boolean => value === null || value === undefined;

/** JSON's quotes are also an array's, and much faster to write, but for what JSON spells out. */
const quoted = (value: unknown): string => {
  const text = String(value);
  if (plain.test(text)) return `"${text}"`;
  return spelledOut.test(text) ? `"${text.replace(special, "\\$&")}"` : JSON.stringify(text);
};

/** Most texts: ids, hashes, names of types. */
const plain = /^[A-Za-z0-9 ._:-]*$/;

/** Control characters, and halves of surrogate pairs. */
const spelledOut = /[\p{Cc}\p{Cs}]/u;

const special = /["\\]/g;
