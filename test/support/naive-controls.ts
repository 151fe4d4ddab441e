import type { Merchant } from "../../src/domain/wallets/model/authorization.ts";
import type { Controls, ListControl } from "../../src/domain/wallets/model/controls.ts";
import type { Limits } from "../../src/domain/wallets/rules/limits.ts";
import {
  type NaiveCard,
  type NaiveUse,
  type NaiveWallet,
  type NaiveWorld,
  usedInWindow,
  usesOfCard,
  usesOfWallet,
} from "./naive-world.ts";

/** Money that a card is asked for. */
export interface NaiveAsking {
  readonly cardId: string;
  readonly amount: bigint;
  /** With what was approved of the payment before. */
  readonly total: bigint;
  readonly merchant: Merchant;
  /** It asks as a payment, not as more of one. */
  readonly isPayment: boolean;
}

/** What stands in the way: with `soft` ones alone, `most` would go through. */
export interface Findings {
  readonly asked: bigint;
  most: bigint;
  readonly hard: string[];
  readonly soft: string[];
}

/** Every control, each for itself. */
export const findAll = (
  world: NaiveWorld,
  wallet: NaiveWallet,
  card: NaiveCard,
  asking: NaiveAsking,
  today: string,
): Findings => {
  const asked = asking.amount;
  const findings: Findings = { asked, most: asked, hard: [], soft: [] };
  const sides = [
    ["card", card, usesOfCard(world, asking.cardId)],
    ["wallet", wallet, usesOfWallet(world, card.walletId)],
  ] as const;
  findStatus(findings, wallet, card, today);
  findType(findings, card, asking, sides[0][2]);
  for (const [scope, side, uses] of sides) {
    findPlace(findings, scope, side.controls, asking.merchant);
    findLimits(findings, scope, side.limits, uses, asking, today);
  }
  findAmount(findings, "insufficient_funds", asked, wallet.available);
  return findings;
};

const findStatus = (
  { hard }: Findings,
  wallet: NaiveWallet,
  card: NaiveCard,
  today: string,
): void => {
  if (card.status === "terminated") hard.push("card_terminated");
  if (card.status === "frozen") hard.push("card_frozen");
  if (today.slice(0, 7) > card.goodThrough) hard.push("card_expired");
  if (wallet.status === "frozen") hard.push("wallet_frozen");
  if (wallet.owes > 0n) hard.push("wallet_overdrawn");
};

const findType = (
  { hard }: Findings,
  card: NaiveCard,
  { amount, isPayment, merchant }: NaiveAsking,
  uses: readonly NaiveUse[],
): void => {
  if (card.type === "single_use" && isPayment && amount > 0n && uses.some(({ counts }) => counts)) {
    hard.push("card_already_used");
  }
  if (card.type !== "merchant_locked") return;
  if (merchant.id === null || (card.onlyMerchant ?? merchant.id) !== merchant.id) {
    hard.push("card_merchant_locked");
  }
};

const findPlace = (
  { hard }: Findings,
  scope: string,
  { merchants, categories, countries }: Controls,
  { id, category, country }: Merchant,
): void => {
  if (!permitted(merchants, id)) hard.push(`${scope}_merchant_not_allowed`);
  if (!permitted(categories, category)) hard.push(`${scope}_category_not_allowed`);
  if (!permitted(countries, country)) hard.push(`${scope}_country_not_allowed`);
};

const permitted = (list: ListControl | null, value: string | null): boolean => {
  if (!list) return true;
  const onAllowList = list.allow?.some((entry) => entry === value) ?? true;
  const onBlockList = list.block?.some((entry) => entry === value) ?? false;
  return onAllowList && !onBlockList;
};

const findLimits = (
  findings: Findings,
  scope: string,
  limits: Limits,
  uses: readonly NaiveUse[],
  { total, isPayment }: NaiveAsking,
  today: string,
): void => {
  const single = limits.perTransaction?.amount;
  if (single !== undefined) {
    findAmount(findings, `${scope}_transaction_limit`, total, BigInt(single));
  }
  for (const window of ["day", "week", "month", "year", "lifetime"] as const) {
    const limit = limits[window];
    if (!limit) continue;
    const used = usedInWindow(uses, window, today);
    if (limit.amount !== undefined) {
      const room = BigInt(limit.amount) - used.amount;
      findAmount(findings, `${scope}_${window}_amount_limit`, findings.asked, room);
    }
    const counted = isPayment && findings.asked > 0n;
    if (limit.count !== undefined && counted && used.count >= limit.count) {
      findings.hard.push(`${scope}_${window}_count_limit`);
    }
  }
};

const findAmount = (findings: Findings, reason: string, needed: bigint, room: bigint): void => {
  if (findings.asked > 0n && needed > room) findings.soft.push(reason);
  if (room < findings.most) findings.most = room > 0n ? room : 0n;
};
