import { type Minor, maxAmount, minor, record, smallest } from "../model/money.ts";
import type { Account, PostingKind, PostingRecord } from "../model/posting.ts";

export interface Balances {
  readonly available: Minor;
  readonly held: Minor;
  readonly receivable: Minor;
}

export interface Entry {
  readonly kind: PostingKind;
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: Minor;
}

/** Books entries in order, each with the balances after it. */
export const book = (balances: Balances, entries: readonly Entry[]): PostingRecord[] => {
  let after = balances;
  return entries.map((entry) => {
    after = move(after, entry);
    return {
      kind: entry.kind,
      debit: entry.debit,
      credit: entry.credit,
      amount: record(entry.amount),
      available: record(after.available),
      held: record(after.held),
      receivable: record(after.receivable),
    };
  });
};

/**
 * The effect of one entry on the wallet's accounts. `available` and `held` are owed to
 * the wallet's owner, so a credit increases them; `receivable` is owed by the owner, so
 * a debit does.
 */
export const move = (balances: Balances, entry: Entry): Balances => {
  const change = (account: Account): Minor =>
    (entry.credit === account ? entry.amount : 0n) - (entry.debit === account ? entry.amount : 0n);
  return {
    available: balances.available + change("available"),
    held: balances.held + change("held"),
    receivable: balances.receivable - change("receivable"),
  };
};

/** The balances after postings that are on record. */
export const replay = (balances: Balances, postings: readonly PostingRecord[]): Balances =>
  postings.reduce<Balances>(
    (now, posting) => move(now, { ...posting, amount: minor(posting.amount) }),
    // Only the balances: callers spread the answer over a whole wallet.
    { available: balances.available, held: balances.held, receivable: balances.receivable },
  );

/** Money that comes in repays what the wallet owes before anything else. */
export const inflow = (
  balances: Balances,
  kind: PostingKind,
  from: Account,
  amount: Minor,
): Entry[] => {
  const entries: Entry[] = [{ kind, debit: from, credit: "available", amount }];
  const repaid = smallest(amount, balances.receivable);
  if (repaid > 0n) {
    entries.push({ kind: "repayment", debit: "available", credit: "receivable", amount: repaid });
  }
  return entries;
};

/** Whether the wallet could hold this much more, even for a moment. */
export const fits = (balances: Balances, amount: Minor): boolean =>
  balances.available + balances.held + amount <= maxAmount;
