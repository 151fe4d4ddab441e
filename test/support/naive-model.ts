import type { Controls } from "../../src/domain/wallets/model/controls.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type { Limits, LimitsPatch } from "../../src/domain/wallets/rules/limits.ts";
import {
  capture,
  expire,
  forceCapture,
  hasRoom,
  increment,
  type Moment,
  pay,
  receive,
  refund,
  reverse,
} from "./naive-payments.ts";
import {
  dateIn,
  done,
  monthOf,
  type NaiveCard,
  type NaiveOutcome,
  type NaiveWallet,
  type NaiveWorld,
  naiveCard,
  refused,
  theCard,
  thePayment,
  theWallet,
  usesOfCard,
} from "./naive-world.ts";

/**
 * A second opinion on the rules, written from the design's words on money and not from
 * the rules' code. Does what the command asks, or says why not.
 */
export const naively = (world: NaiveWorld, command: StateCommand, clock: number): NaiveOutcome => {
  const payment =
    "authorizationId" in command ? thePayment(world, command.authorizationId) : undefined;
  const ofCard = "cardId" in command && command.kind !== "create_card";
  const card = payment
    ? theCard(world, payment.cardId)
    : ofCard
      ? theCard(world, command.cardId)
      : undefined;
  const walletId = card?.walletId ?? ("walletId" in command ? command.walletId : "");
  const wallet = theWallet(world, walletId);
  const receiver =
    command.kind === "transfer" || command.kind === "close_wallet" ? command.toWalletId : null;
  const other = receiver === null ? undefined : theWallet(world, receiver);
  const now = Math.max(clock, wallet.lastEventAt, other?.lastEventAt ?? 0);
  const otherBefore = other?.available;
  const owedBefore = other?.owes;
  const outcome =
    unusable(wallet, ofCard ? card : undefined, command) ??
    run(world, command, wallet, card, other, now);
  if (outcome.kind !== "refused") {
    wallet.lastEventAt = now;
    const changed = other?.available !== otherBefore || other?.owes !== owedBefore;
    if (other && changed) other.lastEventAt = now;
  }
  return outcome;
};

/** What was deleted is not there; what is closed can only be deleted. */
const unusable = (
  wallet: NaiveWallet,
  card: NaiveCard | undefined,
  command: StateCommand,
): NaiveOutcome | undefined => {
  const codes: string[] = [];
  if (wallet.deleted || card?.deleted) codes.push("not_found");
  if (!wallet.deleted && wallet.status === "closed" && command.kind !== "delete_wallet") {
    codes.push("wallet_closed");
  }
  return codes.length > 0 ? refused(...codes) : undefined;
};

const run = (
  world: NaiveWorld,
  command: StateCommand,
  wallet: NaiveWallet,
  card: NaiveCard | undefined,
  other: NaiveWallet | undefined,
  now: number,
): NaiveOutcome => {
  if ("authorizationId" in command || (card && "amount" in command)) {
    return runPayment({ world, wallet, card: card as NaiveCard, now }, command as PaymentCommand);
  }
  switch (command.kind) {
    case "deposit":
    case "withdraw":
    case "transfer":
      return moveMoney(command, wallet, other, now);
    case "freeze_wallet":
      wallet.status = "frozen";
      return done;
    case "unfreeze_wallet":
      wallet.status = "active";
      return done;
    case "close_wallet":
      return closeWallet(world, command.walletId, wallet, other);
    case "delete_wallet":
      if (wallet.available + wallet.held + wallet.owes > 0n) return refused("wallet_not_empty");
      wallet.status = "closed";
      wallet.deleted = true;
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
      if (dateIn(wallet.zone, now).slice(0, 7) > monthOf(command)) {
        return refused("validation_failed");
      }
      if (tooSmall(command)) return refused("validation_failed");
      world.cards.set(command.cardId, naiveCard(command));
      return done;
    default:
      return changeCard(world, command as CardChange, wallet, card as NaiveCard, now);
  }
};

type PaymentCommand = Extract<
  StateCommand,
  | { readonly authorizationId: string }
  | { readonly kind: "authorize" | "force_capture" | "refund_card" }
>;

const runPayment = (moment: Moment, command: PaymentCommand): NaiveOutcome => {
  switch (command.kind) {
    case "authorize":
      return pay(moment, command);
    case "force_capture":
      return forceCapture(moment, command);
    case "refund_card": {
      const amount = BigInt(command.amount);
      if (!hasRoom(moment.wallet, amount)) return refused("balance_too_large");
      receive(moment.wallet, amount);
      return done;
    }
    default: {
      const payment = thePayment(moment.world, command.authorizationId);
      switch (command.kind) {
        case "increment":
          return increment(moment, payment, command);
        case "capture":
          return capture(moment, payment, command);
        case "reverse":
          return reverse(moment, payment, command);
        case "expire":
          return expire(moment, payment);
        case "refund":
          return refund(moment, payment, command);
      }
    }
  }
};

type CardChange = Exclude<
  Extract<StateCommand, { kind: `${string}_card` }>,
  { kind: "create_card" | "refund_card" }
>;

const changeCard = (
  world: NaiveWorld,
  command: CardChange,
  wallet: NaiveWallet,
  card: NaiveCard,
  now: number,
): NaiveOutcome => {
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
    case "replace_card": {
      const codes: string[] = [];
      if (card.status === "terminated") codes.push("card_terminated");
      if (dateIn(wallet.zone, now).slice(0, 7) > monthOf(command)) codes.push("validation_failed");
      if (codes.length > 0) return refused(...codes);
      card.status = "terminated";
      world.cards.set(command.newCardId, {
        ...card,
        status: "active",
        goodThrough: monthOf(command),
        inherited: usesOfCard(world, command.cardId).map((use) => ({ ...use })),
      });
      return done;
    }
    case "delete_card":
      card.status = "terminated";
      card.deleted = true;
      return done;
    default:
      throw new Error("the model does not know this command");
  }
};

/** Only at zero, or sweeping what is available into another wallet. */
const closeWallet = (
  world: NaiveWorld,
  walletId: string,
  wallet: NaiveWallet,
  other: NaiveWallet | undefined,
): NaiveOutcome => {
  const codes: string[] = [];
  if (wallet.held + wallet.owes > 0n) codes.push("wallet_not_empty");
  if (wallet.available > 0n) {
    // Nothing leaves a frozen wallet.
    if (other && wallet.status === "frozen") codes.push("wallet_frozen");
    codes.push(...(other ? unfit(wallet, other, wallet.available) : ["wallet_not_empty"]));
  }
  if (codes.length > 0) return refused(...codes);
  if (other) receive(other, wallet.available);
  wallet.available = 0n;
  wallet.status = "closed";
  for (const card of world.cards.values()) {
    if (card.walletId === walletId) card.status = "terminated";
  }
  return done;
};

const moveMoney = (
  command: Extract<StateCommand, { kind: "deposit" | "withdraw" | "transfer" }>,
  wallet: NaiveWallet,
  other: NaiveWallet | undefined,
  now: number,
): NaiveOutcome => {
  const codes: string[] = [];
  const amount = BigInt(command.amount);
  const { kind, effectiveAt } = command;
  if (effectiveAt !== null && Date.parse(effectiveAt) > now) codes.push("validation_failed");
  if (kind === "deposit" && !hasRoom(wallet, amount)) codes.push("balance_too_large");
  if (kind !== "deposit") {
    if (wallet.status === "frozen") codes.push("wallet_frozen");
    if (wallet.available < amount) codes.push("insufficient_funds");
  }
  if (other) codes.push(...unfit(wallet, other, amount));
  if (codes.length > 0) return refused(...codes);
  if (kind !== "deposit") wallet.available -= amount;
  const receiver = kind === "deposit" ? wallet : other;
  if (receiver) receive(receiver, amount);
  return done;
};

/** Why a wallet cannot receive this much from another. */
const unfit = (from: NaiveWallet, to: NaiveWallet, amount: bigint): string[] => {
  if (to.deleted) return ["not_found"];
  const codes: string[] = [];
  if (to.status === "closed") codes.push("wallet_closed");
  if (to.currency !== from.currency) codes.push("currency_mismatch");
  if (!hasRoom(to, amount)) codes.push("balance_too_large");
  return codes;
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
