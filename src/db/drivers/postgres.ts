import postgres from "postgres";
import {
  assertParams,
  type BatchOptions,
  type Database,
  DatabaseUnreachable,
  type Row,
  type Statement,
} from "../database.ts";
import { failureOf } from "./failures.ts";
import { type OnStatement, observed } from "./observe.ts";
import { createSlots } from "./slots.ts";
import { parsedTypes, parserOf, textParams } from "./values.ts";

export interface PostgresOptions {
  readonly url: string;
  /** Connections at most; no more than 5 on Workers, which allow six in all. */
  readonly connections?: number;
  /** Give up waiting after this long where a call says nothing else. */
  readonly timeoutMs?: number;
  /** The server stops a statement after this long, whoever still waits for it. */
  readonly statementTimeoutMs?: number;
  readonly onStatement?: OnStatement;
  /**
   * A pooler stands in between and hands sessions on, as Hyperdrive does: what is set for a
   * session is then the role's to say (docs/running.md), and not a connection's.
   */
  readonly sharedSessions?: boolean;
}

export interface PostgresDatabase extends Database {
  close(): Promise<void>;
}

const modes = {
  ReadCommitted: "isolation level read committed",
  RepeatableRead: "isolation level repeatable read",
  Serializable: "isolation level serializable",
} as const;

/**
 * PostgreSQL over TCP with prepared statements: a warm statement is one round
 * trip, a batch three.
 *
 * postgres.js answers at `CommandComplete`, before a lone statement's commit. The
 * server sends that message together with the commit's outcome, so it cannot
 * arrive for a commit that did not happen, except where the commit itself can
 * fail: deferred constraints and serializable isolation. `run` is therefore for
 * read committed and a schema without deferrable constraints; `batch` ends with
 * a COMMIT of its own and has no such limit.
 */
export const postgresDatabase = (options: PostgresOptions): PostgresDatabase => {
  const connections = options.connections ?? 10;
  const defaultTimeoutMs = options.timeoutMs ?? 10_000;
  const statementTimeoutMs = options.statementTimeoutMs ?? 15_000;
  const slots = createSlots(connections);
  let closed = false;
  const fresh = (): postgres.Sql =>
    connect(options.url, connections, statementTimeoutMs, options.sharedSessions);
  let pool = fresh();

  /**
   * Starts over with fresh connections and lets the old ones finish what they have.
   * Needed after a lost connection, because postgres.js fails the first statement
   * of its successor with the old error; and when a connection says nothing for
   * longer than a living server would, because it would keep its slot for ever.
   */
  const renew = (old: postgres.Sql, graceSeconds: number): void => {
    if (pool !== old || closed) return;
    pool = fresh();
    old.end({ timeout: graceSeconds }).catch(() => {});
  };

  const limited = async <T>(
    statements: readonly Statement[],
    timeoutMs: number,
    send: (sql: postgres.Sql) => Promise<T>,
  ): Promise<T> => {
    const name = statements[0]?.name ?? "batch";
    const deadline = performance.now() + timeoutMs;
    if (!(await slots.acquire(deadline))) throw new DatabaseUnreachable(name, false);
    const sql = pool;
    const answer = send(sql);
    const watchdog = setTimeout(() => renew(sql, 0), statementTimeoutMs + 5_000);
    const settled = (error?: unknown): void => {
      clearTimeout(watchdog);
      if (error && isLost(failureOf(name, error))) renew(sql, statementTimeoutMs / 1_000);
      slots.release();
    };
    answer.then(() => settled(), settled);
    try {
      return await before(deadline, name, answer);
    } catch (error) {
      throw failureOf(name, error);
    }
  };

  return {
    run: async (statement, { timeoutMs = defaultTimeoutMs } = {}) => {
      assertParams(statement);
      return await observed(options.onStatement, [statement], () =>
        limited([statement], timeoutMs, (sql) => query(sql, statement)),
      );
    },
    batch: async (statements, { timeoutMs = defaultTimeoutMs, ...mode } = {}) => {
      if (statements.length === 0) return [];
      for (const statement of statements) assertParams(statement);
      return await observed(options.onStatement, statements, () =>
        limited(statements, timeoutMs, (sql) => transaction(sql, statements, mode)),
      );
    },
    close: async () => {
      closed = true;
      await pool.end({ timeout: 5 });
    },
  };
};

/** The connection broke under a statement, rather than never having been made. */
const isLost = (failure: Error): boolean => failure instanceof DatabaseUnreachable && failure.sent;

/** What Purser sets for its sessions. */
const sessionOf = (statementTimeoutMs: number) => ({
  statement_timeout: statementTimeoutMs,
  // A prepared statement keeps its plan. One made while tables were small would read
  // them whole for as long as the connection lives; every statement has its index.
  enable_seqscan: "off",
  // For any values a wallet, or a lane key, seems to have a few rows: all of them would be
  // collected by two indexes and sorted, where one index has them in the order of the list.
  enable_bitmapscan: "off",
  jit: "off",
  idle_in_transaction_session_timeout: statementTimeoutMs,
});

/** A pool of postgres.js with Purser's settings, for who must hold a connection for longer. */
export const connect = (
  url: string,
  connections: number,
  statementTimeoutMs: number,
  sharedSessions = false,
): postgres.Sql =>
  postgres(url, {
    max: connections,
    prepare: true,
    fetch_types: false,
    connect_timeout: 5,
    idle_timeout: 60,
    keep_alive: 30,
    onnotice: () => {},
    connection: {
      application_name: "purser",
      ...(!sharedSessions && sessionOf(statementTimeoutMs)),
    },
    types: Object.fromEntries(
      parsedTypes.map((oid) => [
        `type${oid}`,
        { to: oid, from: [oid], serialize: (value: string) => value, parse: parserOf(oid) },
      ]),
    ),
  });

const query = async (sql: postgres.ISql, statement: Statement): Promise<Row[]> => {
  const answer = sql.unsafe<Row[]>(statement.text, textParams(statement.params), { prepare: true });
  return [...(await answer)];
};

/**
 * postgres.js waits for BEGIN and for COMMIT; the statements between them go out at once.
 *
 * When the connection is lost it would still send ROLLBACK, on a socket that is gone,
 * and the TypeError would end the process; so then its callback never returns.
 */
const transaction = (
  sql: postgres.Sql,
  statements: readonly Statement[],
  { isolation = "ReadCommitted", readOnly = false }: BatchOptions,
): Promise<Row[][]> =>
  new Promise((resolve, reject) => {
    const mode = `${modes[isolation]} ${readOnly ? "read only" : "read write"}`;
    const all = (inside: postgres.TransactionSql): Promise<Row[][]> =>
      Promise.all(statements.map((statement) => query(inside, statement))).catch((error) => {
        if (!isLost(failureOf("batch", error))) throw error;
        reject(error);
        return new Promise<never>(() => {});
      });
    sql.begin(mode, all).then((rows) => resolve(rows as Row[][]), reject);
  });

/** The answer, unless the deadline comes first: it was handed over, so its fate is unknown. */
const before = async <T>(deadline: number, name: string, answer: Promise<T>): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new DatabaseUnreachable(name, true));
    timer = setTimeout(giveUp, Math.max(0, deadline - performance.now()));
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
};
