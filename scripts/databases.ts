import postgres from "postgres";

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Runs `work` over one connection to the server of `url`. */
const administer = async <T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> => {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
};

export const databaseUrl = (url: string, name: string): string => {
  const target = new URL(url);
  target.pathname = `/${name}`;
  return target.href;
};

/** Makes a database on the server of `url`, as a copy of `template` if one is named, and answers its URL. */
export const createDatabase = (url: string, name: string, template?: string): Promise<string> =>
  administer(url, async (sql) => {
    const copy = template ? ` template ${quoted(template)} strategy file_copy` : "";
    await sql.unsafe(`create database ${quoted(name)}${copy}`);
    return databaseUrl(url, name);
  });

/** Drops a database and ends the connections to it. */
export const dropDatabase = (url: string, name: string): Promise<void> =>
  administer(url, async (sql) => {
    await sql.unsafe(`drop database if exists ${quoted(name)} with (force)`);
  });

/** Whether the server has a database of that name. */
export const databaseExists = (url: string, name: string): Promise<boolean> =>
  administer(url, async (sql) => {
    const rows = await sql`select from pg_database where datname = ${name}`;
    return rows.length > 0;
  });
