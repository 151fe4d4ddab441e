import type { Database, Row, Statement } from "./database.ts";

/** Where lists, statements of account, reports and the event feed are read. */
export interface Reader {
  read(statement: Statement, options?: ReadOptions): Promise<Row[]>;
}

export interface ReadOptions {
  /** A transaction of this database that must be visible, with all before it; any state will do without. */
  readonly since?: string | undefined;
  /** No row at all says that something is not there, which only the primary knows. */
  readonly emptyIsAbsent?: boolean;
  /** How long a replica may take before the primary is asked instead. */
  readonly patienceMs?: number;
}

/** Everything is read from the primary: what it answers is as fresh as can be. */
export const primaryReader = (database: Database): Reader => ({
  read: (statement) => database.run(statement),
});
