import type { Merchant } from "../../src/domain/wallets/model/authorization.ts";
import type { Card } from "../../src/domain/wallets/model/card.ts";
import type { Controls } from "../../src/domain/wallets/model/controls.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import type { Limits } from "../../src/domain/wallets/rules/limits.ts";

/**
 * What the naive model remembers: every payment with all that it used of the limits, day
 * by day, which is added up again each time. Plain mutable objects; it knows nothing of
 * events, postings or windows' first days.
 */
export interface NaiveWorld {
  readonly wallets: Map<string, NaiveWallet>;
  readonly cards: Map<string, NaiveCard>;
  readonly payments: Map<string, NaivePayment>;
}

export interface NaiveWallet {
  currency: string;
  zone: string;
  zoneFixed: boolean;
  status: "active" | "frozen" | "closed";
  deleted: boolean;
  available: bigint;
  held: bigint;
  owes: bigint;
  limits: Limits;
  controls: Controls;
  lastEventAt: number;
  /** The day on which limits were last used; empty before. */
  lastUse: string;
}

export interface NaiveCard {
  walletId: string;
  type: Card["type"];
  status: "active" | "frozen" | "terminated";
  deleted: boolean;
  /** `2026-11`. */
  goodThrough: string;
  limits: Limits;
  controls: Controls;
  onlyMerchant: string | null;
  /** What the card that it replaces had used then. */
  inherited: readonly NaiveUse[];
  lastUse: string;
}

export interface NaivePayment {
  readonly walletId: string;
  readonly cardId: string;
  readonly merchant: Merchant;
  readonly asked: bigint;
  readonly approved: boolean;
  status: "declined" | "open" | "closed" | "reversed" | "expired";
  amount: bigint;
  held: bigint;
  captured: bigint;
  reversed: bigint;
  refunded: bigint;
  readonly expiresAt: number;
  /** What it uses of the limits, in the order of use. */
  uses: NaiveUse[];
}

export interface NaiveUse {
  /** `2026-11-22` in the wallet's zone. */
  readonly day: string;
  amount: bigint;
  /** It counts as a payment, not only with its amount. */
  readonly counts: boolean;
}

export type NaiveOutcome =
  /** Any of these codes is right: the design gives no order to refusals. */
  | { readonly kind: "refused"; readonly codes: readonly string[] }
  | { readonly kind: "done" }
  | { readonly kind: "approved"; readonly amount: bigint; readonly reasons: readonly string[] }
  | { readonly kind: "declined"; readonly reasons: readonly string[] };

export const done: NaiveOutcome = { kind: "done" };
export const refused = (...codes: string[]): NaiveOutcome => ({ kind: "refused", codes });

/** 2^53 - 1. */
export const largest = 2n ** 53n - 1n;

export const naiveWorld = (wallets: readonly Wallet[], cards: readonly Card[]): NaiveWorld => ({
  wallets: new Map(
    wallets.map((wallet) => [
      wallet.id,
      {
        currency: wallet.currency,
        zone: wallet.timezone,
        zoneFixed: wallet.timezoneLocked,
        status: wallet.status,
        deleted: false,
        available: wallet.available,
        held: wallet.held,
        owes: wallet.receivable,
        limits: wallet.limits,
        controls: wallet.controls,
        lastEventAt: wallet.updatedAt,
        lastUse: "",
      },
    ]),
  ),
  cards: new Map(cards.map((card) => [card.id, naiveCard(card)])),
  payments: new Map(),
});

export const naiveCard = (
  card: Pick<Card, "walletId" | "type" | "expMonth" | "expYear" | "limits" | "controls">,
): NaiveCard => ({
  walletId: card.walletId,
  type: card.type,
  status: "active",
  deleted: false,
  goodThrough: monthOf(card),
  limits: card.limits,
  controls: card.controls,
  onlyMerchant: null,
  inherited: [],
  lastUse: "",
});

export const monthOf = ({ expMonth, expYear }: Pick<Card, "expMonth" | "expYear">): string =>
  `${expYear}-${String(expMonth).padStart(2, "0")}`;

/** All that a wallet's payments use of limits. */
export const usesOfWallet = (world: NaiveWorld, walletId: string): NaiveUse[] =>
  [...world.payments.values()].flatMap((one) => (one.walletId === walletId ? one.uses : []));

/** All that a card's payments use, and what it took over. */
export const usesOfCard = (world: NaiveWorld, cardId: string): NaiveUse[] => [
  ...(world.cards.get(cardId)?.inherited ?? []),
  ...[...world.payments.values()].flatMap((one) => (one.cardId === cardId ? one.uses : [])),
];

/** What is used in the window that a day falls in. */
export const usedInWindow = (uses: readonly NaiveUse[], window: string, day: string) => {
  let amount = 0n;
  let count = 0;
  for (const use of uses) {
    if (!sameWindow(window, use.day, day)) continue;
    amount += use.amount;
    if (use.counts) count += 1;
  }
  return { amount, count };
};

/** Whether two days are in the same day, week, month, year or lifetime. */
const sameWindow = (window: string, one: string, two: string): boolean => {
  switch (window) {
    case "day":
      return one === two;
    case "week":
      return mondayOf(one) === mondayOf(two);
    case "month":
      return one.slice(0, 7) === two.slice(0, 7);
    case "year":
      return one.slice(0, 4) === two.slice(0, 4);
    default:
      return true;
  }
};

const mondays = new Map<string, string>();

const mondayOf = (day: string): string => {
  const known = mondays.get(day);
  if (known !== undefined) return known;
  const date = new Date(`${day}T00:00:00Z`);
  while (date.getUTCDay() !== 1) date.setUTCDate(date.getUTCDate() - 1);
  const monday = date.toISOString().slice(0, 10);
  mondays.set(day, monday);
  return monday;
};

const calendars = new Map<string, Intl.DateTimeFormat>();

export const dateIn = (zone: string, at: number): string => {
  // Swedes write dates as ISO 8601 does.
  const calendar = calendars.get(zone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone: zone });
  calendars.set(zone, calendar);
  return calendar.format(at);
};

export const theWallet = (world: NaiveWorld, id: string): NaiveWallet => named(world.wallets, id);
export const theCard = (world: NaiveWorld, id: string): NaiveCard => named(world.cards, id);
export const thePayment = (world: NaiveWorld, id: string): NaivePayment =>
  named(world.payments, id);

const named = <T>(things: ReadonlyMap<string, T>, id: string): T => {
  const found = things.get(id);
  if (found === undefined) throw new Error("the model knows no such thing");
  return found;
};
