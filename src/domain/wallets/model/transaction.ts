import type { Account, PostingKind } from "./posting.ts";

/** A line of a wallet's statement: one posting, with the balances after it. */
export interface TransactionRecord {
  /** `sequence.ordinal`: the event that booked it and its place there. */
  readonly id: string;
  readonly walletId: string;
  readonly sequence: number;
  readonly kind: PostingKind;
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: number;
  readonly currency: string;
  /** The deposit, withdrawal, transfer or authorization that it belongs to. */
  readonly sourceId: string;
  readonly cardId: string | null;
  readonly reference: string | null;
  readonly available: number;
  readonly held: number;
  readonly receivable: number;
  readonly effectiveAt: string;
  readonly createdAt: string;
}
