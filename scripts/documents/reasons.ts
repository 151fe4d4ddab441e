import type { limitWindows } from "../../src/domain/wallets/rules/limits.ts";
import { type Reason, reasons } from "../../src/domain/wallets/rules/reasons.ts";
import { table } from "./table.ts";

type WindowReason = Extract<
  Reason,
  `${"card" | "wallet"}_${(typeof limitWindows)[number]}_${string}`
>;

/** In words, all but the windows', which are made alike. A new reason does not compile until it is here. */
const meanings: Readonly<Record<Exclude<Reason, WindowReason>, string>> = {
  card_terminated: "The card is terminated: lost, replaced, closed with its wallet.",
  card_frozen: "The card is frozen.",
  card_expired: "The last day of the card's month is over, in the wallet's zone.",
  wallet_frozen: "The wallet is frozen.",
  wallet_overdrawn: "The wallet owes money (`receivable`).",
  card_already_used: "A `single_use` card has had its payment.",
  card_merchant_locked: "A `merchant_locked` card belongs to another merchant, or none is named.",
  card_merchant_not_allowed: "The card's list of merchants does not let it pass.",
  wallet_merchant_not_allowed: "The wallet's list of merchants does not.",
  card_category_not_allowed: "The card's list of merchant categories does not.",
  wallet_category_not_allowed: "The wallet's list of categories does not.",
  card_country_not_allowed: "The card's list of countries does not.",
  wallet_country_not_allowed: "The wallet's list of countries does not.",
  card_transaction_limit: "More than one payment of the card may be, increments included.",
  wallet_transaction_limit: "More than one payment of the wallet may be.",
  insufficient_funds: "More than the wallet has available.",
};

const periods = {
  day: "this day",
  week: "this week",
  month: "this month",
  year: "this year",
  lifetime: "ever",
} as const;

const meaningOf = (reason: Reason): string => {
  const [, scope = "", window = "", unit] =
    /^(card|wallet)_(day|week|month|year|lifetime)_(amount|count)_limit$/.exec(reason) ?? [];
  if (!unit) return meanings[reason as keyof typeof meanings];
  const period = periods[window as keyof typeof periods];
  return unit === "amount"
    ? `More than what is left of what the ${scope} may spend ${period}.`
    : `One more than the payments that the ${scope} may make ${period}.`;
};

export const reasonTable = (): string =>
  table(
    ["", "reason", "meaning"],
    reasons.map((reason, index) => [index + 1, `\`${reason}\``, meaningOf(reason)]),
  );
