import type {
  BrokenPayment,
  HashAt,
  Head,
  Orphans,
  TrialBalance,
  VerifyReads,
} from "../../../domain/wallets/verify/ports.ts";
import type { Database, Row } from "../../database.ts";
import {
  brokenPayments,
  commitTime,
  counterparts,
  eventPage,
  eventsAt,
  hashesAt,
  headPage,
} from "./log-statements.ts";
import {
  authorizationPage,
  cardsOfPage,
  operationsById,
  postingRange,
  strayOperations,
  totals,
  walletPage,
} from "./projection-statements.ts";
import { logRow, storedRow } from "./stored-rows.ts";
import { orphans, trialBalances } from "./whole-statements.ts";

/** What `verify` reads. Sums over whole tables take their time: give the database that. */
export const createVerifyReads = (database: Database): VerifyReads => ({
  wallets: async (from, filter, limit) => {
    const [wallets = [], cards = []] = await database.batch(
      [walletPage(from, filter, limit), cardsOfPage(from, filter, limit)],
      { isolation: "RepeatableRead", readOnly: true },
    );
    const cardsOf = Map.groupBy(cards.map(storedRow), (card) => card["wallet_id"]);
    return wallets
      .map(storedRow)
      .map((wallet) => ({ wallet, cards: cardsOf.get(wallet["id"]) ?? [] }));
  },
  events: async (walletId, after, upTo, limit) =>
    (await database.run(eventPage(walletId, after, upTo, limit))).map(logRow),
  eventsAt: async (walletId, sequences) =>
    sequences.length === 0 ? [] : (await database.run(eventsAt(walletId, sequences))).map(logRow),
  postings: async (walletId, from, to) =>
    (await database.run(postingRange(walletId, from, to))).map(storedRow),
  operations: async (walletId, ids) =>
    (await database.run(operationsById(walletId, ids))).map(storedRow),
  strayOperations: async (walletId, upTo) =>
    (await database.run(strayOperations(walletId, upTo))).map(storedRow),
  authorizations: async (walletId, after, limit) =>
    (await database.run(authorizationPage(walletId, after, limit))).map(storedRow),
  counterparts: async (refs) =>
    (await database.run(counterparts(refs))).map((row) => ({
      sequence: Number(row["own_sequence"]),
      event: logRow(row),
    })),
  commitTime: async (walletId, sequence) => {
    const [row] = await database.run(commitTime(walletId, sequence));
    return (row?.["at"] as Date | null)?.getTime() ?? Number.NaN;
  },
  totals: async (walletId, version) => {
    const [row = {}] = await database.run(totals(walletId, version));
    return {
      version: row["version"] === null ? null : Number(row["version"]),
      lastEvent: Number(row["last_event"]),
      lastPosting: Number(row["last_posting"]),
      operations: Number(row["operations"]),
    };
  },
  brokenPayments: async (walletId, upTo) =>
    (await database.run(brokenPayments(walletId, upTo))).map(
      (row): BrokenPayment => ({
        sequence: Number(row["sequence"]),
        authorizationId: textOrNull(row["id"]),
        problem: row["problem"] as BrokenPayment["problem"],
      }),
    ),
  orphans: async (filter) => (await database.run(orphans(filter))).map(orphanOf),
  trialBalances: async (organizationId) =>
    (await database.run(trialBalances(organizationId))).map(trialBalanceOf),
  heads: async (after, limit) => (await database.run(headPage(after, limit))).map(headOf),
  hashes: async (places) => (await database.run(hashesAt(places))).map(hashOf),
});

const orphanOf = (row: Row): Orphans => ({
  table: String(row["table_name"]),
  organizationId: String(row["organization_id"]),
  walletId: String(row["wallet_id"]),
  sequence: row["sequence"] === null ? null : Number(row["sequence"]),
  row: textOrNull(row["row_id"]),
});

const trialBalanceOf = (row: Row): TrialBalance => ({
  organizationId: String(row["organization_id"]),
  currency: String(row["currency"]),
  others: BigInt(String(row["others"])),
  clearing: BigInt(String(row["clearing"])),
  wallets: BigInt(String(row["wallets"])),
});

const headOf = (row: Row): Head => ({
  walletId: String(row["wallet_id"]),
  organizationId: String(row["organization_id"]),
  version: Number(row["version"]),
  hash: String(row["hash"]),
  at: (row["updated_at"] as Date).toISOString(),
});

const hashOf = (row: Row): HashAt => ({
  walletId: String(row["wallet_id"]),
  sequence: Number(row["sequence"]),
  organizationId: String(row["organization_id"]),
  hash: textOrNull(row["hash"]),
  version: Number(row["version"]),
});

const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));
