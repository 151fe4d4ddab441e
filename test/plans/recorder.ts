import postgres from "postgres";
import type { Database, Row, Statement } from "../../src/db/database.ts";
import { connect, postgresDatabase } from "../../src/db/drivers/postgres.ts";
import type { PlanNode } from "./plan.ts";

/** How one text was planned and what it read, each time before it ran for the first time. */
export interface Explained {
  readonly name: string;
  readonly text: string;
  /** What the HTTP request, or the sweep, was that ran it. */
  readonly by: string;
  readonly filters: Readonly<Record<string, string>>;
  /** With the values known, and settings as Neon's sessions have them. */
  readonly custom: PlanNode;
  /** For any values, as a prepared statement keeps it, with the settings of our own driver. */
  readonly generic: PlanNode;
}

export interface Recorder {
  readonly database: Database;
  readonly explained: readonly Explained[];
  /** Until then statements are only run. */
  start(): void;
  /**
   * Says on whose behalf statements run from now on. A text that was explained for other
   * filters is explained again: how many rows a filter leaves depends on them.
   */
  during(by: string, filters?: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

/**
 * A database that explains each text before it is run for the first time: really executed,
 * in a transaction that is rolled back, so that writes are explained on the rows that they
 * are about to change.
 */
export const recorderOn = (url: string): Recorder => {
  const database = postgresDatabase({ url, connections: 4, statementTimeoutMs: 120_000 });
  const asNeon = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
  const asOurs = connect(url, 1, 120_000);
  const seen = new Set<string>();
  const explained: Explained[] = [];
  let recording = false;
  let by = "";
  let filters: Readonly<Record<string, string>> = {};
  /** One after the other: what is explained holds locks until it is rolled back. */
  let turn: Promise<unknown> = Promise.resolve();

  const explain = async (statements: readonly Statement[]): Promise<void> => {
    const requested = { by, filters };
    const custom = await rolledBack(asNeon, statements, customPlan);
    const generic = await rolledBack(asOurs, statements, genericPlan);
    for (const [n, { name, text }] of statements.entries()) {
      seen.add(place(text, requested.filters));
      explained.push({
        name,
        text,
        ...requested,
        custom: custom[n] as PlanNode,
        generic: generic[n] as PlanNode,
      });
    }
  };
  const first = async (statements: readonly Statement[]): Promise<void> => {
    if (!recording) return;
    const mine = turn.then(() =>
      statements.every(({ text }) => seen.has(place(text, filters)))
        ? undefined
        : explain(statements),
    );
    turn = mine.catch(() => {});
    await mine;
  };

  return {
    database: {
      // What takes long is explaining; the statement keeps the time that it was given.
      run: async (statement, options): Promise<Row[]> => {
        await first([statement]);
        return database.run(statement, options);
      },
      batch: async (statements, options): Promise<Row[][]> => {
        await first(statements);
        return database.batch(statements, options);
      },
    },
    explained,
    start: () => {
      recording = true;
    },
    during: (next, given = {}) => {
      by = next;
      filters = given;
    },
    close: async () => {
      await Promise.all([database.close(), asNeon.end(), asOurs.end()]);
    },
  };
};

const place = (text: string, filters: Readonly<Record<string, string>>): string =>
  text + JSON.stringify(filters);

type Explain = (sql: postgres.ISql, statement: Statement) => Promise<PlanNode>;

class RolledBack extends Error {}

/** The plans of a batch, each statement after the effects of those before it. */
const rolledBack = async (
  sql: postgres.Sql,
  statements: readonly Statement[],
  explain: Explain,
): Promise<PlanNode[]> => {
  const plans: PlanNode[] = [];
  try {
    await sql.begin(async (inside) => {
      for (const statement of statements) plans.push(await explain(inside, statement));
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return plans;
};

const explainWith = "explain (analyze, buffers, timing off, format json)";

const customPlan: Explain = async (sql, { text, params }) =>
  planOf(await sql.unsafe(`${explainWith} ${text}`, texts(params)));

const genericPlan: Explain = async (sql, { text, params }) => {
  await sql.unsafe("set local plan_cache_mode = force_generic_plan");
  await sql.unsafe(`prepare explained as ${text}`);
  try {
    const values = texts(params).map(literal).join(", ");
    return planOf(await sql.unsafe(`${explainWith} execute explained${values && `(${values})`}`));
  } finally {
    await sql.unsafe("deallocate explained");
  }
};

const planOf = (rows: readonly Row[]): PlanNode => {
  const [row] = rows;
  const given = row?.["QUERY PLAN"];
  const [explanation] = (typeof given === "string" ? JSON.parse(given) : given) as {
    Plan: PlanNode;
  }[];
  if (!explanation) throw new Error("nothing was explained");
  return explanation.Plan;
};

const texts = (params: Statement["params"]): (string | null)[] =>
  params.map((value) => (value === null ? null : String(value)));

const literal = (value: string | null): string =>
  value === null ? "null" : `'${value.replaceAll("'", "''")}'`;
