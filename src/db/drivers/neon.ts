import { neon, neonConfig } from "@neondatabase/serverless";
import { assertParams, type Database, type Row, type Statement } from "../database.ts";
import { failureOf } from "./failures.ts";
import { type OnStatement, observed } from "./observe.ts";
import { parserOf, textParams } from "./values.ts";

export interface NeonOptions {
  readonly url: string;
  /** The full URL of an `/sql` endpoint other than Neon's own. */
  readonly endpoint?: string;
  /** Give up waiting after this long where a call says nothing else. */
  readonly timeoutMs?: number;
  readonly onStatement?: OnStatement;
}

/** The driver's endpoint is one setting for the whole process; ours belongs to a database. */
neonConfig.fetchFunction = (
  url: string,
  { endpoint, ...init }: RequestInit & { endpoint?: string },
): Promise<Response> => fetch(endpoint ?? url, init);

/** Neon over HTTP: a statement or a batch is one POST, and nothing is kept between requests. */
export const neonDatabase = (options: NeonOptions): Database => {
  const defaultTimeoutMs = options.timeoutMs ?? 10_000;
  const sql = neon(options.url, {
    disableWarningInBrowsers: true,
    ...(options.endpoint ? { fetchOptions: { endpoint: options.endpoint } } : {}),
  });
  const types = { getTypeParser: parserOf };
  const query = (statement: Statement) =>
    sql.query(statement.text, textParams(statement.params), { types });

  return {
    run: async (statement, { timeoutMs = defaultTimeoutMs } = {}) => {
      assertParams(statement);
      return await observed(options.onStatement, [statement], () =>
        answered<Row[]>(statement.name, timeoutMs, (fetchOptions) =>
          sql.query(statement.text, textParams(statement.params), { types, fetchOptions }),
        ),
      );
    },
    batch: async (statements, { timeoutMs = defaultTimeoutMs, isolation, readOnly } = {}) => {
      if (statements.length === 0) return [];
      for (const statement of statements) assertParams(statement);
      return await observed(options.onStatement, statements, () =>
        answered<Row[][]>(statements[0]?.name ?? "batch", timeoutMs, (fetchOptions) =>
          sql.transaction(statements.map(query), {
            isolationLevel: isolation ?? "ReadCommitted",
            readOnly: readOnly ?? false,
            fetchOptions,
          }),
        ),
      );
    },
  };
};

/**
 * A timer that ends with the answer, and not `AbortSignal.timeout`, whose timer runs
 * on: it would keep every Durable Object busy, and billed, until it fires.
 */
const answered = async <T extends Row[] | Row[][]>(
  name: string,
  timeoutMs: number,
  send: (fetchOptions: { readonly signal: AbortSignal }) => Promise<unknown>,
): Promise<T> => {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), timeoutMs);
  try {
    return (await send({ signal: patience.signal })) as T;
  } catch (error) {
    throw failureOf(name, error);
  } finally {
    clearTimeout(timer);
  }
};
