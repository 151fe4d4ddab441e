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
  /** The payment's whole amount, which an increment adds to: what limits of one payment judge. */
  readonly total: Minor;
  readonly merchant: Merchant;
  /** How many payments it counts as: 0 for a card check, which spends nothing. */
  readonly count: number;
}

/** What one control says of a payment. */
export interface Verdict {
  /** The reason it gives when it fails; also the control's name. */
  readonly reason: Reason;
  readonly passed: boolean;
  /** The numbers it judged by, of controls that have some. */
  readonly measure?: Measure;
}

export type Measure =
  | {
      readonly unit: "amount";
      readonly limit: Minor;
      readonly used: Minor;
      /** The most that this control would let through; never below zero. */
      readonly headroom: Minor;
    }
  | { readonly unit: "count"; readonly limit: number; readonly used: number };

/** The most that an amount control would let through; `undefined` of any other control. */
export const headroomOf = ({ measure }: Verdict): Minor | undefined =>
  measure?.unit === "amount" ? measure.headroom : undefined;

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
  ...cardTypeVerdicts(card, payment),
  ...merchantVerdicts(wallet, card, payment.merchant),
  ...transactionVerdicts(wallet, card, payment.total),
  ...limitWindows.flatMap((window) => windowVerdicts(wallet, card, payment, window, starts)),
  amountVerdict("insufficient_funds", payment.amount, wallet.available, 0n),
];

/**
 * Card types are controls too. A single-use card is used once it has an approved payment
 * that was not wholly given back; a merchant-locked one belongs to its first merchant.
 */
const cardTypeVerdicts = (card: Card, payment: Payment): Verdict[] => {
  switch (card.type) {
    case "standard":
      return [];
    case "single_use": {
      const used = card.usage.lifetime.count;
      const passed = payment.count === 0 || used === 0;
      return [{ reason: "card_already_used", passed, measure: { unit: "count", limit: 1, used } }];
    }
    case "merchant_locked": {
      const { id } = payment.merchant;
      const passed =
        id !== null && (card.lockedMerchantId === null || card.lockedMerchantId === id);
      return [{ reason: "card_merchant_locked", passed }];
    }
  }
};

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
    limit === undefined ? [] : [amountVerdict(reason, amount, minor(limit), 0n)];
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
      verdicts.push(
        amountVerdict(
          `${scope}_${window}_amount_limit`,
          payment.amount,
          minor(limit.amount),
          used.amount,
        ),
      );
    }
    if (limit.count !== undefined) {
      const passed = payment.count === 0 || used.count + payment.count <= limit.count;
      verdicts.push({
        reason: `${scope}_${window}_count_limit`,
        passed,
        measure: { unit: "count", limit: limit.count, used: used.count },
      });
    }
  }
  return verdicts;
};

/** A limit that was lowered under what is already spent leaves no headroom. */
const amountVerdict = (reason: Reason, amount: Minor, limit: Minor, used: Minor): Verdict => {
  const headroom = limit > used ? limit - used : 0n;
  return { reason, passed: amount <= headroom, measure: { unit: "amount", limit, used, headroom } };
};
