import { refuse } from "../../result.ts";
import type { Card } from "../model/card.ts";
import type { Command, OpenWallet } from "../model/command.ts";
import type { Wallet } from "../model/wallet.ts";
import { authorize } from "./authorize.ts";
import {
  createCard,
  deleteCard,
  freezeCard,
  terminateCard,
  unfreezeCard,
  updateCard,
} from "./card-lifecycle.ts";
import type { Decision, State } from "./decision.ts";
import { deposit, transfer, withdraw } from "./movements.ts";
import { deleteWallet, freezeWallet, unfreezeWallet, updateWallet } from "./wallet-lifecycle.ts";

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
  if (wallet.status === "closed") return refuse("not_found", "There is no such wallet.");
  switch (command.kind) {
    case "deposit":
      return deposit(wallet, command, now);
    case "withdraw":
      return withdraw(wallet, command, now);
    case "transfer":
      return state.counterparty
        ? transfer(wallet, state.counterparty, command, now)
        : missing("counterparty");
    case "update_wallet":
      return updateWallet(wallet, command, now);
    case "freeze_wallet":
      return freezeWallet(wallet, now);
    case "unfreeze_wallet":
      return unfreezeWallet(wallet, now);
    case "delete_wallet":
      return deleteWallet(wallet, now);
    case "create_card":
      return createCard(wallet, command, now);
    default:
      return decideForCard(wallet, state.card ?? missing("card"), command, now);
  }
};

type CardCommand = Extract<StateCommand, { readonly cardId: string }> & { kind: CardCommandKind };
type CardCommandKind =
  | "authorize"
  | "update_card"
  | "freeze_card"
  | "unfreeze_card"
  | "terminate_card"
  | "delete_card";

const decideForCard = (wallet: Wallet, card: Card, command: CardCommand, now: number): Decision => {
  if (card.deletedAt !== null) return refuse("not_found", "There is no such card.");
  switch (command.kind) {
    case "authorize":
      return authorize(wallet, card, command, now);
    case "update_card":
      return updateCard(card, command, now);
    case "freeze_card":
      return freezeCard(card, now);
    case "unfreeze_card":
      return unfreezeCard(card, now);
    case "terminate_card":
      return terminateCard(card, now);
    case "delete_card":
      return deleteCard(card, now);
  }
};

/** A wallet's events never go back in time, whatever the clocks of its lanes say. */
export const eventTime = (state: State, clock: number): number =>
  Math.max(clock, state.wallet.updatedAt, state.counterparty?.updatedAt ?? 0);

const missing = (what: string): never => {
  throw new Error(`decide was called without the ${what} that the command names`);
};
