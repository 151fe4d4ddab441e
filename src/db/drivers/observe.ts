import { DatabaseRejected, type Statement } from "../database.ts";

export interface StatementEvent {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Of the whole round trip, for each statement of a batch. */
  readonly durationMs: number;
  readonly ok: boolean;
  /** PostgreSQL's code where it answered with an error. */
  readonly sqlState?: string;
}

export type OnStatement = (event: StatementEvent) => void;

/** Runs `work` and tells `onStatement` of each statement that it carried, however it ends. */
export const observed = async <T>(
  onStatement: OnStatement | undefined,
  statements: readonly Statement[],
  work: () => Promise<T>,
): Promise<T> => {
  if (!onStatement) return await work();
  const startedAt = Date.now();
  const mark = performance.now();
  const tell = (outcome: { ok: boolean; sqlState?: string }): void => {
    const durationMs = performance.now() - mark;
    for (const { name } of statements) onStatement({ name, startedAt, durationMs, ...outcome });
  };
  try {
    const result = await work();
    tell({ ok: true });
    return result;
  } catch (error) {
    const rejected = error instanceof DatabaseRejected;
    tell(rejected ? { ok: false, sqlState: error.sqlState } : { ok: false });
    throw error;
  }
};
