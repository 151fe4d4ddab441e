import type { CaptureTolerance } from "../../src/domain/wallets/model/command.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import { findAll } from "./naive-controls.ts";
import {
  dateIn,
  done,
  largest,
  type NaiveCard,
  type NaiveOutcome,
  type NaivePayment,
  type NaiveWallet,
  type NaiveWorld,
  refused,
} from "./naive-world.ts";

/** The life of a card payment, from the design's words on authorizations. */

type Of<Kind extends StateCommand["kind"]> = Extract<StateCommand, { readonly kind: Kind }>;

/** A payment's wallet and card, and the moment. */
export interface Moment {
  readonly world: NaiveWorld;
  readonly wallet: NaiveWallet;
  readonly card: NaiveCard;
  readonly now: number;
}

export const pay = (moment: Moment, command: Of<"authorize">): NaiveOutcome => {
  const { world, wallet, card, now } = moment;
  if (command.currency !== null && command.currency !== wallet.currency) {
    return refused("currency_mismatch");
  }
  const asked = BigInt(command.amount);
  const { hard, soft, most } = findAll(
    world,
    wallet,
    card,
    {
      cardId: command.cardId,
      amount: asked,
      total: asked,
      merchant: command.merchant,
      isPayment: true,
    },
    dateIn(wallet.zone, now),
  );
  const reasons = [...hard, ...soft];
  const partly = command.partialApproval && hard.length === 0 && most > 0n;
  const approved = reasons.length === 0 || partly;
  if (!approved && command.mustApprove) return refused("payment_declined");
  wallet.zoneFixed = true;
  const amount = !approved ? 0n : reasons.length > 0 ? most : asked;
  const payment: NaivePayment = {
    walletId: card.walletId,
    cardId: command.cardId,
    merchant: command.merchant,
    asked,
    approved,
    // A card check holds nothing and needs no more.
    status: !approved ? "declined" : amount > 0n ? "open" : "closed",
    amount,
    held: amount,
    captured: 0n,
    reversed: 0n,
    refunded: 0n,
    expiresAt: now + 1_000 * (command.expiresInSeconds ?? 86_400 * days(command)),
    uses: [],
  };
  world.payments.set(command.id, payment);
  if (!approved) return { kind: "declined", reasons };
  wallet.available -= amount;
  wallet.held += amount;
  use(moment, payment, amount, true);
  if (card.type === "merchant_locked") card.onlyMerchant ??= command.merchant.id;
  return { kind: "approved", amount, reasons };
};

/** Lodging and car rental hold for a month. */
const days = ({ merchant: { category } }: Of<"authorize">): number =>
  category === "7011" || category === "7512" ? 31 : 7;

export const increment = (
  moment: Moment,
  payment: NaivePayment,
  command: Of<"increment">,
): NaiveOutcome => {
  const { world, wallet, card, now } = moment;
  if (payment.status !== "open") return refused("authorization_not_open");
  const amount = BigInt(command.amount);
  const total = payment.amount + amount;
  if (total > largest) return refused("balance_too_large");
  const { cardId, merchant } = payment;
  const asking = { cardId, amount, total, merchant, isPayment: false };
  const { hard, soft } = findAll(world, wallet, card, asking, dateIn(wallet.zone, now));
  const reasons = [...hard, ...soft];
  if (reasons.length > 0) return { kind: "declined", reasons };
  payment.amount += amount;
  payment.held += amount;
  wallet.available -= amount;
  wallet.held += amount;
  use(moment, payment, amount, false);
  return { kind: "approved", amount, reasons };
};

export const capture = (
  moment: Moment,
  payment: NaivePayment,
  command: Of<"capture">,
): NaiveOutcome => {
  const { wallet } = moment;
  if (payment.status !== "open" && payment.status !== "expired") {
    return refused("authorization_not_open");
  }
  const promised = payment.amount - payment.reversed;
  // An expired one holds nothing; what was promised and not taken can still come.
  const left = promised - payment.captured;
  const amount = command.amount === null ? left : BigInt(command.amount);
  const most = promised + tolerated(payment, promised, command.tolerances);
  if (payment.captured + amount > most) return refused("capture_exceeds_authorization");
  const covered = amount < payment.held ? amount : payment.held;
  const open = wallet.available < amount - covered ? amount - covered - wallet.available : 0n;
  if (payment.captured + amount > largest || wallet.owes + open > largest) {
    return refused("balance_too_large");
  }
  payment.held -= covered;
  wallet.held -= covered;
  takeWithoutHold(moment, payment, amount - covered);
  payment.captured += amount;
  if (command.final) release(wallet, payment, payment.held);
  if (command.final || payment.captured >= promised) payment.status = "closed";
  return done;
};

/** The first of the merchant's category: the larger of a share, rounded down, and an amount. */
const tolerated = (
  { merchant }: NaivePayment,
  promised: bigint,
  tolerances: readonly CaptureTolerance[],
): bigint => {
  for (const { categories, percent, amount } of tolerances) {
    if (!categories.some((category) => category === merchant.category)) continue;
    const share = (promised * BigInt(percent)) / 100n;
    return share > BigInt(amount) ? share : BigInt(amount);
  }
  return 0n;
};

export const forceCapture = (moment: Moment, command: Of<"force_capture">): NaiveOutcome => {
  const { world, wallet, card } = moment;
  const amount = BigInt(command.amount);
  const debt = amount > wallet.available ? amount - wallet.available : 0n;
  if (wallet.owes + debt > largest) return refused("balance_too_large");
  wallet.zoneFixed = true;
  const payment: NaivePayment = {
    walletId: card.walletId,
    cardId: command.cardId,
    merchant: command.merchant,
    asked: amount,
    approved: true,
    status: "closed",
    amount,
    held: 0n,
    captured: amount,
    reversed: 0n,
    refunded: 0n,
    expiresAt: 0,
    uses: [],
  };
  world.payments.set(command.id, payment);
  takeWithoutHold(moment, payment, amount);
  return done;
};

/** Takes what is available, owes the rest, and uses the limits now. */
const takeWithoutHold = (moment: Moment, payment: NaivePayment, amount: bigint): void => {
  const { wallet } = moment;
  if (amount === 0n) return;
  const there = amount < wallet.available ? amount : wallet.available;
  wallet.available -= there;
  wallet.owes += amount - there;
  // It is one payment however often it takes.
  use(moment, payment, amount, !payment.uses.some(({ counts }) => counts));
};

export const reverse = (
  { wallet }: Moment,
  payment: NaivePayment,
  command: Of<"reverse">,
): NaiveOutcome => {
  if (payment.status !== "open") return refused("authorization_not_open");
  const amount = command.amount === null ? payment.held : BigInt(command.amount);
  if (amount > payment.held) return refused("reversal_exceeds_hold");
  payment.reversed += amount;
  release(wallet, payment, amount);
  if (payment.held === 0n) payment.status = payment.captured > 0n ? "closed" : "reversed";
  return done;
};

export const expire = ({ wallet, now }: Moment, payment: NaivePayment): NaiveOutcome => {
  if (payment.status !== "open") return refused("authorization_not_open");
  if (now < payment.expiresAt) return refused("hold_not_expired");
  release(wallet, payment, payment.held);
  payment.status = "expired";
  return done;
};

export const refund = (
  { wallet }: Moment,
  payment: NaivePayment,
  command: Of<"refund">,
): NaiveOutcome => {
  const amount = BigInt(command.amount);
  const codes: string[] = [];
  if (payment.refunded + amount > payment.captured) codes.push("refund_exceeds_capture");
  if (!hasRoom(wallet, amount)) codes.push("balance_too_large");
  if (codes.length > 0) return refused(...codes);
  payment.refunded += amount;
  receive(wallet, amount);
  return done;
};

/** Every inflow repays what is owed first. */
export const receive = (wallet: NaiveWallet, amount: bigint): void => {
  const repaid = amount < wallet.owes ? amount : wallet.owes;
  wallet.owes -= repaid;
  wallet.available += amount - repaid;
};

export const hasRoom = (wallet: NaiveWallet, amount: bigint): boolean =>
  wallet.available + wallet.held + amount <= largest;

/** Money goes from the hold to the wallet; the limits get it back, last in, first out. */
const release = (wallet: NaiveWallet, payment: NaivePayment, amount: bigint): void => {
  payment.held -= amount;
  wallet.held -= amount;
  receive(wallet, amount);
  for (let left = amount; left > 0n; ) {
    const last = payment.uses.at(-1);
    if (!last) throw new Error("the model gives back more than was used");
    if (last.amount > left) {
      last.amount -= left;
      break;
    }
    left -= last.amount;
    payment.uses.pop();
  }
};

const use = (
  { wallet, card, now }: Moment,
  payment: NaivePayment,
  amount: bigint,
  counts: boolean,
): void => {
  const day = dateIn(wallet.zone, now);
  wallet.lastUse = day;
  card.lastUse = day;
  if (amount > 0n) payment.uses.push({ day, amount, counts });
};
