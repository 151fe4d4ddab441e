import type { Merchant } from "../model/authorization.ts";
import type { Card } from "../model/card.ts";
import type { ListControl } from "../model/controls.ts";
import { type Minor, minor } from "../model/money.ts";
import type { WindowStarts } from "../model/usage.ts";
import type { Wallet } from "../model/wallet.ts";
import { type LimitWindow, limitWindows } from "./limits.ts";
import type { Reason } from "./reasons.ts";
import { usedIn } from "./usage.ts";
import { localDate } from "./windows.ts";

/** A card payment that asks to be approved. */
export interface Payment {
  readonly amount: Minor;
  readonly merchant: Merchant;
  /** How many payments it counts as: 0 for a card check, which spends nothing. */
  readonly count: number;
}

/** What one control says of a payment. */
export interface Verdict {
  /** The reason it gives when it fails. */
  readonly reason: Reason;
  readonly passed: boolean;
  /** The most that this control would let through: only of controls of an amount. */
  readonly headroom?: Minor;
}

/**
 * Asks every control that applies, in the order of `reasons`; none is skipped because
 * an earlier one failed, so that a decline names all that stood in the way.
 */
export const evaluate = (
  wallet: Wallet,
  card: Card,
  payment: Payment,
  starts: WindowStarts,
  now: number,
): Verdict[] => [
  { reason: "card_terminated", passed: card.status !== "terminated" },
  { reason: "card_frozen", passed: card.status !== "frozen" },
  { reason: "card_expired", passed: !expired(card, now, wallet.timezone) },
  { reason: "wallet_frozen", passed: wallet.status !== "frozen" },
  { reason: "wallet_overdrawn", passed: wallet.receivable === 0n },
  ...merchantVerdicts(wallet, card, payment.merchant),
  ...transactionVerdicts(wallet, card, payment.amount),
  ...limitWindows.flatMap((window) => windowVerdicts(wallet, card, payment, window, starts)),
  amountVerdict("insufficient_funds", payment.amount, wallet.available),
];

/** A card is good through the last day of its month (ISO/IEC 7813), in the wallet's zone. */
export const expired = (
  card: { readonly expMonth: number; readonly expYear: number },
  now: number,
  timezone: string,
): boolean => {
  // Far from the edge no zone matters, and asking the calendar is dear.
  const nextMonth = Date.UTC(card.expYear, card.expMonth, 1);
  if (now < nextMonth - 86_400_000) return false;
  const today = localDate(now, timezone);
  return today.year * 12 + today.month > card.expYear * 12 + card.expMonth;
};

const merchantVerdicts = (wallet: Wallet, card: Card, merchant: Merchant): Verdict[] => {
  const on = (reason: Reason, list: ListControl | null, value: string | null): Verdict[] =>
    list === null ? [] : [{ reason, passed: allows(list, value) }];
  return [
    ...on("card_merchant_not_allowed", card.controls.merchants, merchant.id),
    ...on("wallet_merchant_not_allowed", wallet.controls.merchants, merchant.id),
    ...on("card_category_not_allowed", card.controls.categories, merchant.category),
    ...on("wallet_category_not_allowed", wallet.controls.categories, merchant.category),
    ...on("card_country_not_allowed", card.controls.countries, merchant.country),
    ...on("wallet_country_not_allowed", wallet.controls.countries, merchant.country),
  ];
};

/** What the network did not name cannot be on an allow list, and is on no block list. */
const allows = (list: ListControl, value: string | null): boolean =>
  (list.allow === undefined || (value !== null && list.allow.includes(value))) &&
  (list.block === undefined || value === null || !list.block.includes(value));

const transactionVerdicts = (wallet: Wallet, card: Card, amount: Minor): Verdict[] => {
  const on = (reason: Reason, limit: number | undefined): Verdict[] =>
    limit === undefined ? [] : [amountVerdict(reason, amount, minor(limit))];
  return [
    ...on("card_transaction_limit", card.limits.perTransaction?.amount),
    ...on("wallet_transaction_limit", wallet.limits.perTransaction?.amount),
  ];
};

const windowVerdicts = (
  wallet: Wallet,
  card: Card,
  payment: Payment,
  window: LimitWindow,
  starts: WindowStarts,
): Verdict[] => {
  const verdicts: Verdict[] = [];
  for (const [scope, side] of [
    ["card", card],
    ["wallet", wallet],
  ] as const) {
    const limit = side.limits[window];
    if (limit === null) continue;
    const used = usedIn(side.usage, window, starts);
    if (limit.amount !== undefined) {
      const headroom = minor(limit.amount) - used.amount;
      verdicts.push(amountVerdict(`${scope}_${window}_amount_limit`, payment.amount, headroom));
    }
    if (limit.count !== undefined) {
      const passed = payment.count === 0 || used.count + payment.count <= limit.count;
      verdicts.push({ reason: `${scope}_${window}_count_limit`, passed });
    }
  }
  return verdicts;
};

/** Headroom is below zero where a limit was lowered under what is already spent. */
const amountVerdict = (reason: Reason, amount: Minor, room: Minor): Verdict => {
  const headroom = room > 0n ? room : 0n;
  return { reason, passed: amount <= headroom, headroom };
};
