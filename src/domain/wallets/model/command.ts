import type { Limits, LimitsPatch } from "../rules/limits.ts";
import type { Merchant, MerchantAmount } from "./authorization.ts";
import type { CardType } from "./card.ts";
import type { Controls, ControlsPatch } from "./controls.ts";
import type { Metadata } from "./wallet.ts";

/**
 * What can be asked of a wallet. Commands are records: they are stored with the event
 * that they cause, so that `verify` can decide them again. Ids in them were drawn at
 * the edge, because the rules draw none.
 *
 * The next commands of a card payment's life (increment, capture, reverse, expire,
 * refund) take their place beside `Authorize`.
 */
export type Command =
  | OpenWallet
  | UpdateWallet
  | FreezeWallet
  | UnfreezeWallet
  | DeleteWallet
  | CreateCard
  | UpdateCard
  | FreezeCard
  | UnfreezeCard
  | TerminateCard
  | DeleteCard
  | Deposit
  | Withdraw
  | Transfer
  | Authorize;

export type CommandKind = Command["kind"];

export interface OpenWallet {
  readonly kind: "open_wallet";
  readonly walletId: string;
  readonly teamId: string | null;
  readonly userId: string | null;
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
  readonly limits: Limits;
  /** The organization's smallest day and month limit when the request was made. */
  readonly smallestLimit: number;
  readonly controls: Controls;
  readonly metadata: Metadata;
}

export interface UpdateWallet {
  readonly kind: "update_wallet";
  readonly walletId: string;
  readonly smallestLimit: number;
  readonly name?: string;
  readonly timezone?: string;
  readonly limits?: LimitsPatch;
  readonly controls?: ControlsPatch;
  readonly metadata?: Metadata;
}

export interface FreezeWallet {
  readonly kind: "freeze_wallet";
  readonly walletId: string;
}

export interface UnfreezeWallet {
  readonly kind: "unfreeze_wallet";
  readonly walletId: string;
}

/** Closes the wallet for good and hides it and its cards. */
export interface DeleteWallet {
  readonly kind: "delete_wallet";
  readonly walletId: string;
}

export interface CreateCard {
  readonly kind: "create_card";
  readonly walletId: string;
  readonly cardId: string;
  readonly cardholderId: string | null;
  readonly name: string | null;
  readonly type: CardType;
  readonly issued: boolean;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly limits: Limits;
  readonly smallestLimit: number;
  readonly controls: Controls;
  readonly metadata: Metadata;
}

export interface UpdateCard {
  readonly kind: "update_card";
  readonly cardId: string;
  readonly smallestLimit: number;
  readonly cardholderId?: string | null;
  readonly name?: string | null;
  readonly limits?: LimitsPatch;
  readonly controls?: ControlsPatch;
  readonly metadata?: Metadata;
}

export interface FreezeCard {
  readonly kind: "freeze_card";
  readonly cardId: string;
}

export interface UnfreezeCard {
  readonly kind: "unfreeze_card";
  readonly cardId: string;
}

/** No more payments, for good; what is already held can still be captured. */
export interface TerminateCard {
  readonly kind: "terminate_card";
  readonly cardId: string;
}

/** Terminates the card and hides it. */
export interface DeleteCard {
  readonly kind: "delete_card";
  readonly cardId: string;
}

interface Movement {
  readonly id: string;
  readonly walletId: string;
  readonly amount: number;
  readonly reference: string | null;
  readonly metadata: Metadata;
}

export interface Deposit extends Movement {
  readonly kind: "deposit";
}

export interface Withdraw extends Movement {
  readonly kind: "withdraw";
}

/** From `walletId` to `toWalletId`: two wallets, one commit. */
export interface Transfer extends Movement {
  readonly kind: "transfer";
  readonly toWalletId: string;
}

export interface Authorize {
  readonly kind: "authorize";
  readonly id: string;
  readonly cardId: string;
  /** Minor units of the wallet's currency; 0 is a card check. */
  readonly amount: number;
  /** What the caller takes the wallet's currency to be; `null` does not say. */
  readonly currency: string | null;
  readonly merchant: Merchant;
  readonly merchantAmount: MerchantAmount | null;
  readonly partialApproval: boolean;
  /** How long the hold lives; `null` is the network's practice for the category. */
  readonly expiresInSeconds: number | null;
  readonly metadata: Metadata;
}
