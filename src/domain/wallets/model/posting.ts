/**
 * Where money can be. The wallet's own accounts are `available`, `held` (credit
 * balances: what the wallet's owner can spend and what payments have reserved) and
 * `receivable` (a debit balance: what the wallet owes). The others are the world.
 */
export const accounts = [
  "external",
  "available",
  "held",
  "receivable",
  "network",
  "clearing",
] as const;

export type Account = (typeof accounts)[number];

/** What a movement is, as a statement names it. Closed: a new one needs its rule. */
export const postingKinds = [
  "deposit",
  "withdrawal",
  "transfer_out",
  "transfer_in",
  "hold",
  "repayment",
  "capture",
  "uncovered_capture",
  "advance",
  "release",
  "refund",
] as const;

export type PostingKind = (typeof postingKinds)[number];

/** One row of the journal: one debit, one credit, one amount, and the balances after it. */
export interface PostingRecord {
  readonly kind: PostingKind;
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: number;
  readonly available: number;
  readonly held: number;
  readonly receivable: number;
}
