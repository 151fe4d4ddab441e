import { refuse } from "../../result.ts";
import type { Authorization } from "../model/authorization.ts";
import type { Card } from "../model/card.ts";
import type { Command, OpenWallet } from "../model/command.ts";
import type { Wallet } from "../model/wallet.ts";
import { authorize } from "./authorize.ts";
import { capture, forceCapture } from "./capture.ts";
import {
  createCard,
  deleteCard,
  freezeCard,
  replaceCard,
  terminateCard,
  unfreezeCard,
  updateCard,
} from "./card-lifecycle.ts";
import type { Decision, State } from "./decision.ts";
import { expire, increment, reverse } from "./lifecycle.ts";
import { withLowBalance } from "./low-balance.ts";
import { deposit, transfer, withdraw } from "./movements.ts";
import { refund, refundCard } from "./refund.ts";
import {
  closeWallet,
  deleteWallet,
  freezeWallet,
  unfreezeWallet,
  updateWallet,
} from "./wallet-lifecycle.ts";

/** Stored with every event, so that `verify` decides it again by the rules of its time. */
export const rulesVersion = 1;

/** Every command but the one that opens a wallet, which has no state to read. */
export type StateCommand = Exclude<Command, OpenWallet>;

/**
 * The rules. Pure: the same state, command and time give the same decision, on the live
 * path, in a dry run, in the simulator and years later in `verify`. `now` is the event
 * time (`eventTime`), in epoch milliseconds.
 */
export const decide = (state: State, command: StateCommand, now: number): Decision => {
  const { wallet } = state;
  if (wallet.deletedAt !== null) return refuse("not_found", "There is no such wallet.");
  if (wallet.status === "closed" && command.kind !== "delete_wallet") {
    return refuse("wallet_closed", "The wallet is closed.");
  }
  const decision =
    "authorizationId" in command
      ? decideForPayment(state, command, now)
      : "cardId" in command && command.kind !== "create_card"
        ? decideForCard(wallet, state.card ?? missing("card"), command, now)
        : decideForWallet(state, command, now);
  return withLowBalance(state, decision);
};

type PaymentCommand = Extract<StateCommand, { readonly authorizationId: string }>;
type CardCommand = Exclude<Extract<StateCommand, { readonly cardId: string }>, CreateCardCommand>;
type CreateCardCommand = Extract<StateCommand, { readonly kind: "create_card" }>;
type WalletCommand = Exclude<StateCommand, PaymentCommand | CardCommand>;

const decideForWallet = (state: State, command: WalletCommand, now: number): Decision => {
  const { wallet, counterparty } = state;
  switch (command.kind) {
    case "deposit":
      return deposit(wallet, command, now);
    case "withdraw":
      return withdraw(wallet, command, now);
    case "transfer":
      return transfer(wallet, counterparty ?? missing("counterparty"), command, now);
    case "update_wallet":
      return updateWallet(wallet, command, now);
    case "freeze_wallet":
      return freezeWallet(wallet, now);
    case "unfreeze_wallet":
      return unfreezeWallet(wallet, now);
    case "close_wallet":
      return closeWallet(wallet, counterparty, command, now);
    case "delete_wallet":
      return deleteWallet(wallet, now);
    case "create_card":
      return createCard(wallet, command, now);
  }
};

const decideForCard = (wallet: Wallet, card: Card, command: CardCommand, now: number): Decision => {
  if (card.deletedAt !== null) return refuse("not_found", "There is no such card.");
  switch (command.kind) {
    case "authorize":
      return authorize(wallet, card, command, now);
    case "force_capture":
      return forceCapture(wallet, card, command, now);
    case "refund_card":
      return refundCard(wallet, card, command, now);
    case "update_card":
      return updateCard(card, command, now);
    case "freeze_card":
      return freezeCard(card, now);
    case "unfreeze_card":
      return unfreezeCard(card, now);
    case "terminate_card":
      return terminateCard(card, now);
    case "replace_card":
      return replaceCard(wallet, card, command, now);
    case "delete_card":
      return deleteCard(card, now);
  }
};

/** What was promised to a merchant is kept whatever has become of the card. */
const decideForPayment = (state: State, command: PaymentCommand, now: number): Decision => {
  const { wallet } = state;
  const payment: Authorization = state.authorization ?? missing("authorization");
  switch (command.kind) {
    case "increment":
      return increment(wallet, state.card ?? missing("card"), payment, command, now);
    case "capture":
      return capture(wallet, payment, command, now);
    case "reverse":
      return reverse(wallet, payment, command, now);
    case "expire":
      return expire(wallet, payment, command, now);
    case "refund":
      return refund(wallet, payment, command, now);
  }
};

/** A wallet's events never go back in time, whatever the clocks of its lanes say. */
export const eventTime = (state: State, clock: number): number =>
  Math.max(clock, state.wallet.updatedAt, state.counterparty?.updatedAt ?? 0);

const missing = (what: string): never => {
  throw new Error(`decide was called without the ${what} that the command names`);
};
