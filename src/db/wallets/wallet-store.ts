import type {
  CommitBatch,
  Rejected,
  Unreachable,
  WalletStore,
} from "../../domain/wallets/store.ts";
import { type Database, DatabaseRejected, DatabaseUnreachable } from "../database.ts";
import { commitAnswer, commitStatement } from "./commit.ts";
import { loaded, loadStatement } from "./load.ts";

/** The lane's store on PostgreSQL: what fails is told apart into what it means for money. */
export const createWalletStore = (database: Database): WalletStore => ({
  load: (refs, timeoutMs) =>
    answered(async () => loaded(await database.run(loadStatement(refs), within(timeoutMs)))),
  commit: (batch: CommitBatch, timeoutMs) =>
    answered(async () =>
      commitAnswer(batch, await database.run(commitStatement(batch), within(timeoutMs))),
    ),
});

const answered = async <T>(work: () => Promise<T>): Promise<T | Unreachable | Rejected> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DatabaseUnreachable) return { kind: "unreachable" };
    if (error instanceof DatabaseRejected) {
      return { kind: "rejected", retry: retryAfter(error), cause: error };
    }
    throw error;
  }
};

const retryAfter = (error: DatabaseRejected): Rejected["retry"] => {
  if (retryable.has(error.sqlState)) return "yes";
  return error.constraint === "cards_number_unique" ? "alone" : "no";
};

/** serialization_failure, deadlock_detected, lock_not_available, query_canceled. */
const retryable = new Set(["40001", "40P01", "55P03", "57014"]);

const within = (timeoutMs: number | undefined) => (timeoutMs === undefined ? {} : { timeoutMs });
