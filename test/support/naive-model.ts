import type { Card } from "../../src/domain/wallets/model/card.ts";
import type { Controls, ListControl } from "../../src/domain/wallets/model/controls.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type { Limits, LimitsPatch } from "../../src/domain/wallets/rules/limits.ts";

/**
 * A second opinion on the rules, written from the design's words on money and not from
 * the rules' code: it remembers every payment and adds them up again each time, keeps
 * plain mutable objects, and knows nothing of events, postings or windows' first days.
 */
export interface NaiveWorld {
  readonly wallets: Map<string, NaiveWallet>;
  readonly cards: Map<string, NaiveCard>;
  readonly payments: NaivePayment[];
}

interface NaiveWallet {
  currency: string;
  zone: string;
  zoneFixed: boolean;
  status: "active" | "frozen" | "closed";
  available: bigint;
  held: bigint;
  owes: bigint;
  limits: Limits;
  controls: Controls;
  lastEventAt: number;
}

interface NaiveCard {
  walletId: string;
  status: "active" | "frozen" | "terminated";
  deleted: boolean;
  /** `2026-11`. */
  goodThrough: string;
  limits: Limits;
  controls: Controls;
}

interface NaivePayment {
  readonly walletId: string;
  readonly cardId: string;
  /** `2026-11-22` in the wallet's zone. */
  readonly day: string;
  readonly amount: bigint;
}

export type NaiveOutcome =
  /** Any of these codes is right: the design gives no order to refusals. */
  | { readonly kind: "refused"; readonly codes: readonly string[] }
  | { readonly kind: "done" }
  | { readonly kind: "approved"; readonly amount: bigint; readonly reasons: readonly string[] }
  | { readonly kind: "declined"; readonly reasons: readonly string[] };

const largest = 2n ** 53n - 1n;

export const naiveWorld = (wallets: readonly Wallet[], cards: readonly Card[]): NaiveWorld => ({
  wallets: new Map(
    wallets.map((wallet) => [
      wallet.id,
      {
        currency: wallet.currency,
        zone: wallet.timezone,
        zoneFixed: wallet.timezoneLocked,
        status: wallet.status,
        available: wallet.available,
        held: wallet.held,
        owes: wallet.receivable,
        limits: wallet.limits,
        controls: wallet.controls,
        lastEventAt: wallet.updatedAt,
      },
    ]),
  ),
  cards: new Map(cards.map((card) => [card.id, naiveCard(card)])),
  payments: [],
});

const naiveCard = (
  card: Pick<Card, "walletId" | "expMonth" | "expYear" | "limits" | "controls">,
): NaiveCard => ({
  walletId: card.walletId,
  status: "active",
  deleted: false,
  goodThrough: `${card.expYear}-${String(card.expMonth).padStart(2, "0")}`,
  limits: card.limits,
  controls: card.controls,
});

/** Does what the command asks, or says why not. */
export const naively = (world: NaiveWorld, command: StateCommand, clock: number): NaiveOutcome => {
  const card =
    "cardId" in command && command.kind !== "create_card"
      ? theCard(world, command.cardId)
      : undefined;
  const wallet = theWallet(
    world,
    card?.walletId ?? ("walletId" in command ? command.walletId : ""),
  );
  const other = command.kind === "transfer" ? theWallet(world, command.toWalletId) : undefined;
  const now = Math.max(clock, wallet.lastEventAt, other?.lastEventAt ?? 0);
  const outcome =
    wallet.status === "closed" || card?.deleted
      ? refused("not_found")
      : run(world, command, wallet, card, other, now);
  if (outcome.kind !== "refused") {
    wallet.lastEventAt = now;
    if (other) other.lastEventAt = now;
  }
  return outcome;
};

const run = (
  world: NaiveWorld,
  command: StateCommand,
  wallet: NaiveWallet,
  card: NaiveCard | undefined,
  other: NaiveWallet | undefined,
  now: number,
): NaiveOutcome => {
  switch (command.kind) {
    case "deposit":
    case "withdraw":
    case "transfer":
      return moveMoney(command.kind, wallet, other, BigInt(command.amount));
    case "authorize":
      return pay(world, command, wallet, card as NaiveCard, now);
    case "freeze_wallet":
      wallet.status = "frozen";
      return done;
    case "unfreeze_wallet":
      wallet.status = "active";
      return done;
    case "delete_wallet":
      if (wallet.available + wallet.held + wallet.owes > 0n) return refused("wallet_not_empty");
      wallet.status = "closed";
      return done;
    case "update_wallet": {
      const moves = command.timezone !== undefined && command.timezone !== wallet.zone;
      if (moves && wallet.zoneFixed) return refused("timezone_locked", "validation_failed");
      if (tooSmall(command)) return refused("validation_failed");
      wallet.zone = command.timezone ?? wallet.zone;
      wallet.limits = { ...wallet.limits, ...command.limits } as Limits;
      wallet.controls = { ...wallet.controls, ...command.controls } as Controls;
      return done;
    }
    case "create_card":
      if (dateIn(wallet.zone, now).slice(0, 7) > naiveCard(command).goodThrough) {
        return refused("validation_failed");
      }
      if (tooSmall(command)) return refused("validation_failed");
      world.cards.set(command.cardId, naiveCard(command));
      return done;
    default:
      return changeCard(command as CardChange, card as NaiveCard);
  }
};

type CardChange = Exclude<
  Extract<StateCommand, { kind: `${string}_card` }>,
  { kind: "create_card" | "replace_card" | "refund_card" }
>;

const changeCard = (command: CardChange, card: NaiveCard): NaiveOutcome => {
  switch (command.kind) {
    case "update_card":
      if (tooSmall(command)) return refused("validation_failed");
      card.limits = { ...card.limits, ...command.limits } as Limits;
      card.controls = { ...card.controls, ...command.controls } as Controls;
      return done;
    case "freeze_card":
    case "unfreeze_card":
      if (card.status === "terminated") return refused("card_terminated");
      card.status = command.kind === "freeze_card" ? "frozen" : "active";
      return done;
    case "terminate_card":
      card.status = "terminated";
      return done;
    case "delete_card":
      card.status = "terminated";
      card.deleted = true;
      return done;
    default:
      throw new Error("the model does not know this command");
  }
};

const moveMoney = (
  kind: "deposit" | "withdraw" | "transfer",
  wallet: NaiveWallet,
  other: NaiveWallet | undefined,
  amount: bigint,
): NaiveOutcome => {
  const codes: string[] = [];
  const receiver = kind === "deposit" ? wallet : other;
  if (kind !== "deposit") {
    if (wallet.status === "frozen") codes.push("wallet_frozen");
    if (wallet.available < amount) codes.push("insufficient_funds");
  }
  if (receiver) {
    if (receiver.status === "closed") codes.push("not_found");
    if (receiver.currency !== wallet.currency) codes.push("currency_mismatch");
    if (receiver.available + receiver.held + amount > largest) codes.push("balance_too_large");
  }
  if (codes.length > 0) return refused(...codes);
  if (kind !== "deposit") wallet.available -= amount;
  if (receiver) {
    // Every inflow repays what is owed first.
    const repaid = amount < receiver.owes ? amount : receiver.owes;
    receiver.owes -= repaid;
    receiver.available += amount - repaid;
  }
  return done;
};

const pay = (
  world: NaiveWorld,
  command: Payment,
  wallet: NaiveWallet,
  card: NaiveCard,
  now: number,
): NaiveOutcome => {
  if (command.currency !== null && command.currency !== wallet.currency) {
    return refused("currency_mismatch");
  }
  wallet.zoneFixed = true;
  const asked = BigInt(command.amount);
  const today = dateIn(wallet.zone, now);
  const findings: Findings = { asked, most: asked, hard: [], soft: [] };
  findStatus(findings, wallet, card, today);
  for (const [scope, side] of [["card", card] as const, ["wallet", wallet] as const]) {
    findPlace(findings, scope, side.controls, command.merchant);
    const spent = world.payments.filter((payment) =>
      scope === "card" ? payment.cardId === command.cardId : payment.walletId === card.walletId,
    );
    findLimits(findings, scope, side.limits, spent, today);
  }
  findAmount(findings, "insufficient_funds", wallet.available);

  const { hard, soft, most } = findings;
  const reasons = [...hard, ...soft];
  const partly = command.partialApproval && hard.length === 0 && most > 0n;
  if (reasons.length > 0 && !partly) return { kind: "declined", reasons };
  const amount = reasons.length > 0 ? most : asked;
  wallet.available -= amount;
  wallet.held += amount;
  // A card check spends nothing and is no payment.
  if (asked > 0n) {
    world.payments.push({ walletId: card.walletId, cardId: command.cardId, day: today, amount });
  }
  return { kind: "approved", amount, reasons };
};

type Payment = Extract<StateCommand, { kind: "authorize" }>;

/** What stands in a payment's way: with `soft` ones alone, `most` would go through. */
interface Findings {
  readonly asked: bigint;
  most: bigint;
  readonly hard: string[];
  readonly soft: string[];
}

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

const findPlace = (
  { hard }: Findings,
  scope: string,
  { merchants, categories, countries }: Controls,
  { id, category, country }: Payment["merchant"],
): void => {
  if (!permitted(merchants, id)) hard.push(`${scope}_merchant_not_allowed`);
  if (!permitted(categories, category)) hard.push(`${scope}_category_not_allowed`);
  if (!permitted(countries, country)) hard.push(`${scope}_country_not_allowed`);
};

const findLimits = (
  findings: Findings,
  scope: string,
  limits: Limits,
  payments: readonly NaivePayment[],
  today: string,
): void => {
  const single = limits.perTransaction?.amount;
  if (single !== undefined) findAmount(findings, `${scope}_transaction_limit`, BigInt(single));
  for (const window of ["day", "week", "month", "year", "lifetime"] as const) {
    const limit = limits[window];
    if (!limit) continue;
    const spent = payments.filter(({ day }) => sameWindow(window, day, today));
    if (limit.amount !== undefined) {
      const sum = spent.reduce((total, payment) => total + payment.amount, 0n);
      findAmount(findings, `${scope}_${window}_amount_limit`, BigInt(limit.amount) - sum);
    }
    if (limit.count !== undefined && findings.asked > 0n && spent.length >= limit.count) {
      findings.hard.push(`${scope}_${window}_count_limit`);
    }
  }
};

const findAmount = (findings: Findings, reason: string, room: bigint): void => {
  if (findings.asked > 0n && findings.asked > room) findings.soft.push(reason);
  if (room < findings.most) findings.most = room > 0n ? room : 0n;
};

const permitted = (list: ListControl | null, value: string | null): boolean => {
  if (!list) return true;
  const onAllowList = list.allow?.some((entry) => entry === value) ?? true;
  const onBlockList = list.block?.some((entry) => entry === value) ?? false;
  return onAllowList && !onBlockList;
};

/** Whether two days are in the same day, week, month, year or lifetime. */
export const sameWindow = (window: string, one: string, two: string): boolean => {
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

const mondayOf = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`);
  while (date.getUTCDay() !== 1) date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
};

const calendars = new Map<string, Intl.DateTimeFormat>();

export const dateIn = (zone: string, at: number): string => {
  // Swedes write dates as ISO 8601 does.
  const calendar = calendars.get(zone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone: zone });
  calendars.set(zone, calendar);
  return calendar.format(at);
};

/** Only what the request sets is held against the smallest limit. */
const tooSmall = ({
  limits,
  smallestLimit,
}: {
  limits?: LimitsPatch;
  smallestLimit: number;
}): boolean =>
  [limits?.day, limits?.month].some((limit) => (limit?.amount ?? smallestLimit) < smallestLimit);

const theWallet = (world: NaiveWorld, id: string): NaiveWallet => {
  const wallet = world.wallets.get(id);
  if (!wallet) throw new Error("no such wallet");
  return wallet;
};

const theCard = (world: NaiveWorld, id: string): NaiveCard => {
  const card = world.cards.get(id);
  if (!card) throw new Error("no such card");
  return card;
};

const done: NaiveOutcome = { kind: "done" };
const refused = (...codes: string[]): NaiveOutcome => ({ kind: "refused", codes });
