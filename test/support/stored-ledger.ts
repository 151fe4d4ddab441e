import type { SealedEvent } from "../../src/domain/wallets/log/chain.ts";
import type { LogRow, StoredRow } from "../../src/domain/wallets/verify/ports.ts";
import {
  authorizationRow,
  cardRow,
  operationRow,
  postingRows,
  walletRow,
} from "../../src/domain/wallets/verify/rows.ts";
import type { MemoryDatabase } from "../simulation/memory-database.ts";

export type Row = Record<string, unknown>;
export type Stored = { -readonly [Column in keyof LogRow]: LogRow[Column] };

/** Every row of a ledger, as `verify` reads it, to be tampered with. */
export interface StoredLedger {
  readonly wallets: Row[];
  readonly cards: Row[];
  readonly events: Stored[];
  readonly postings: Row[];
  readonly operations: Row[];
  readonly authorizations: Row[];
}

/** All that a database in memory holds; `commitOf` tells the events of one commit from others. */
export const storedLedger = (
  { wallets, cards, payments, logs }: MemoryDatabase,
  commitOf: (event: SealedEvent) => number,
): StoredLedger => {
  const sealed = [...logs.values()].flat();
  const events = sealed.map((one, position) => logRow(one, commitOf(one), position));
  const copied = (row: StoredRow): Row => structuredClone({ ...row });
  return {
    wallets: [...wallets.values()].map((wallet) => copied(walletRow(wallet))),
    cards: [...cards.values()].map((card) => copied(cardRow(card))),
    events,
    postings: sealed.flatMap((one) => postingRows(one.event, one.organizationId).map(copied)),
    operations: sealed
      .map((one) => operationRow(one.event, one.organizationId))
      .flatMap((row) => (row ? [copied(row)] : [])),
    authorizations: [...payments.values()].map((payment) => ({
      ...copied(authorizationRow(payment)),
      updated_at: new Date(commitTimeIn(events, payment.walletId, payment.sequence)).toISOString(),
    })),
  };
};

const logRow = ({ event, ...row }: SealedEvent, commit: number, position: number): Stored => ({
  ...row,
  walletId: event.walletId,
  sequence: event.sequence,
  type: event.type,
  at: event.at,
  rulesVersion: event.rulesVersion,
  transactionId: String(commit),
  position,
});

/** The time of the last event that the commit of this event wrote for its wallet. */
export const commitTimeIn = (
  events: readonly LogRow[],
  walletId: string,
  sequence: number,
): number => {
  const own = events.filter((event) => event.walletId === walletId);
  const commit = own.find((event) => event.sequence === sequence)?.transactionId;
  const later = own.filter((event) => event.sequence >= sequence && event.transactionId === commit);
  return later.length === 0 ? Number.NaN : Math.max(...later.map(({ at }) => at));
};
