import type { StoredEvent } from "../ports.ts";

/**
 * A row as it is stored, by column: JSON is parsed, times are ISO 8601, numbers of eight
 * bytes are decimal text. Nothing is asked of its values: that is what is verified.
 */
export type StoredRow = Readonly<Record<string, unknown>>;

/** A row of the log with the columns that the hash does not cover. */
export interface LogRow extends StoredEvent {
  readonly transactionId: string;
  readonly position: number;
}

/** A wallet and its cards, read in one snapshot. */
export interface WalletSnapshot {
  readonly wallet: StoredRow;
  readonly cards: readonly StoredRow[];
}

/** Which wallets are verified. */
export interface VerifyFilter {
  readonly organizationId?: string | undefined;
  readonly walletId?: string | undefined;
}

/** The other wallet's side of a transfer. */
export interface CounterpartRef {
  /** The event of this wallet. */
  readonly sequence: number;
  /** The other one. */
  readonly walletId: string;
  readonly transferId: string;
  readonly type: "transfer.sent" | "transfer.received";
  readonly at: number;
}

/** What a wallet has in all, in one snapshot. */
export interface Totals {
  /** `null` if the wallet is gone. */
  readonly version: number | null;
  readonly lastEvent: number;
  readonly lastPosting: number;
  /** Operations of events up to the version that is verified. */
  readonly operations: number;
}

/** Rows that belong to no wallet, or to one of another organization or lane. */
export interface Orphans {
  readonly table: string;
  readonly organizationId: string;
  readonly walletId: string;
  readonly sequence: number | null;
  readonly row: string | null;
}

/** What an organization's journal and its wallets say of a currency, in one snapshot. */
export interface TrialBalance {
  readonly organizationId: string;
  readonly currency: string;
  /** Credits less debits of the accounts that are not wallets'. */
  readonly others: bigint;
  readonly clearing: bigint;
  /** What wallets have, held included, less what they owe. */
  readonly wallets: bigint;
}

/** A break in a wallet's payments that only a look at all of them finds. */
export interface BrokenPayment {
  readonly sequence: number;
  readonly authorizationId: string | null;
  readonly problem: "previous" | "no_row" | "behind";
}

/** All that `verify` reads; statements of bounded size, or sums that the database makes. */
export interface VerifyReads {
  /** By id, from a place on. */
  wallets(
    from: { readonly id: string; readonly inclusive: boolean } | null,
    filter: VerifyFilter,
    limit: number,
  ): Promise<readonly WalletSnapshot[]>;
  /** Events behind a sequence, up to one, in order. */
  events(walletId: string, after: number, upTo: number, limit: number): Promise<readonly LogRow[]>;
  eventsAt(walletId: string, sequences: readonly number[]): Promise<readonly LogRow[]>;
  postings(walletId: string, from: number, to: number): Promise<readonly StoredRow[]>;
  operations(walletId: string, ids: readonly string[]): Promise<readonly StoredRow[]>;
  /** Operations of the wallet, up to a version, that no event of theirs explains. */
  strayOperations(walletId: string, upTo: number): Promise<readonly StoredRow[]>;
  authorizations(
    walletId: string,
    after: { readonly createdAt: string; readonly id: string } | null,
    limit: number,
  ): Promise<readonly StoredRow[]>;
  counterparts(
    refs: readonly CounterpartRef[],
  ): Promise<readonly { readonly sequence: number; readonly event: LogRow }[]>;
  /** The time of the last event that the commit of this event wrote for its wallet. */
  commitTime(walletId: string, sequence: number): Promise<number>;
  totals(walletId: string, version: number): Promise<Totals>;
  brokenPayments(walletId: string, upTo: number): Promise<readonly BrokenPayment[]>;
  orphans(filter: VerifyFilter): Promise<readonly Orphans[]>;
  trialBalances(organizationId: string | undefined): Promise<readonly TrialBalance[]>;
  /** Every wallet's head by id, deleted ones' too. */
  heads(after: string | null, limit: number): Promise<readonly Head[]>;
  /** The stored hash and the wallet's version at each place; absent where there is no such event. */
  hashes(
    places: readonly { readonly walletId: string; readonly sequence: number }[],
  ): Promise<readonly HashAt[]>;
}

/** The newest event of a wallet's log. */
export interface Head {
  readonly walletId: string;
  readonly organizationId: string;
  readonly version: number;
  readonly hash: string;
  /** When it was recorded, ISO 8601. */
  readonly at: string;
}

export interface HashAt {
  readonly walletId: string;
  readonly sequence: number;
  readonly organizationId: string;
  /** `null` if the log has no such event. */
  readonly hash: string | null;
  readonly version: number;
}
