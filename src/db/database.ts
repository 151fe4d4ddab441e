/**
 * The one way to the database: run one statement, or one batch of statements in
 * one round trip and one transaction. Implemented by the Neon HTTP driver and by
 * postgres.js; the same tests run on both.
 *
 * Rows come back with int8 and numeric as strings, timestamptz as `Date`, json
 * and jsonb parsed. Statements cast what the drivers would guess differently:
 * JSON parameters are written `$1::text::jsonb`, uuid arrays `$1::text::uuid[]`.
 */
export interface Database {
  run(statement: Statement, options?: RunOptions): Promise<Row[]>;
  batch(statements: readonly Statement[], options?: BatchOptions): Promise<Row[][]>;
}

export interface Statement {
  /** Names the statement in metrics and traces; from a bounded set, never built from input. */
  readonly name: string;
  readonly text: string;
  readonly params: readonly Param[];
}

/** Times are ISO 8601 strings, bigints are decimal strings; `undefined` is refused. */
export type Param = string | number | boolean | null;

export type Row = Record<string, unknown>;

export interface RunOptions {
  /** Give up waiting after this long; the statement's fate is then unknown. */
  readonly timeoutMs?: number;
}

export interface BatchOptions extends RunOptions {
  readonly readOnly?: boolean;
  readonly isolation?: "ReadCommitted" | "RepeatableRead" | "Serializable";
}

/** PostgreSQL answered with an error: the statement certainly changed nothing. */
export class DatabaseRejected extends Error {
  override readonly name = "DatabaseRejected";
  readonly sqlState: string;
  readonly constraint: string | undefined;
  constructor(statement: string, sqlState: string, constraint?: string) {
    // The driver's own message can contain parameters, so it goes no further than here.
    super(`${statement}: ${sqlState}${constraint ? ` ${constraint}` : ""}`);
    this.sqlState = sqlState;
    this.constraint = constraint;
  }
}

/**
 * No answer came. `sent` tells whether the statement may have reached the
 * database: if it may, its effect is unknown and must be asked for, not assumed.
 */
export class DatabaseUnreachable extends Error {
  override readonly name = "DatabaseUnreachable";
  readonly sent: boolean;
  constructor(statement: string, sent: boolean, cause?: unknown) {
    super(`${statement}: no answer from the database`, { cause });
    this.sent = sent;
  }
}

/** A parameter that is `undefined` would hang postgres.js's pool; it is a bug of the caller. */
export const assertParams = (statement: Statement): void => {
  const at = statement.params.indexOf(undefined as unknown as Param);
  if (at >= 0) throw new TypeError(`${statement.name}: parameter $${at + 1} is undefined`);
};
