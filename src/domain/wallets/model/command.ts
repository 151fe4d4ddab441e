import type { Limits, LimitsPatch } from "../rules/limits.ts";
import type { Merchant, MerchantAmount } from "./authorization.ts";
import type { CardType } from "./card.ts";
import type { Controls, ControlsPatch } from "./controls.ts";
import type { Metadata } from "./wallet.ts";

/**
 * What can be asked of a wallet. Commands are records: they are stored with the event
 * that they cause, so that `verify` can decide them again. Ids in them were drawn at
 * the edge, because the rules draw none.
 */
export type Command =
  | OpenWallet
  | UpdateWallet
  | FreezeWallet
  | UnfreezeWallet
  | CloseWallet
  | DeleteWallet
  | CreateCard
  | UpdateCard
  | FreezeCard
  | UnfreezeCard
  | TerminateCard
  | ReplaceCard
  | DeleteCard
  | Deposit
  | Withdraw
  | Transfer
  | Authorize
  | Increment
  | Capture
  | ForceCapture
  | Reverse
  | Expire
  | Refund
  | RefundCard;

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
  readonly lowBalanceThreshold: number | null;
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
  readonly lowBalanceThreshold?: number | null;
}

export interface FreezeWallet {
  readonly kind: "freeze_wallet";
  readonly walletId: string;
}

export interface UnfreezeWallet {
  readonly kind: "unfreeze_wallet";
  readonly walletId: string;
}

/** Closes the wallet for good, after moving what is available to `toWalletId` if there is one. */
export interface CloseWallet {
  readonly kind: "close_wallet";
  readonly walletId: string;
  /** The id of the transfer that empties the wallet. */
  readonly id: string;
  readonly toWalletId: string | null;
}

/** Closes the wallet if it is not, and hides it and its cards. */
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

/** Terminates the card and makes one with another number, to which limits, usage and controls carry over. */
export interface ReplaceCard {
  readonly kind: "replace_card";
  readonly cardId: string;
  readonly newCardId: string;
  readonly reason: ReplacementReason;
  readonly issued: boolean;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
}

export const replacementReasons = ["lost", "stolen", "damaged", "expired"] as const;
export type ReplacementReason = (typeof replacementReasons)[number];

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
  /** When it counts for reports, ISO 8601; `null` is when it is booked. Never later than that. */
  readonly effectiveAt: string | null;
  /** The earlier movement of the wallet that this one corrects: nothing is ever edited. */
  readonly corrects: string | null;
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
  /** In an atomic batch a decline is a refusal, so that all are approved or none. */
  readonly mustApprove: boolean;
  readonly metadata: Metadata;
}

/** More is to be held, as when a stay grows longer. Asks all controls again. */
export interface Increment {
  readonly kind: "increment";
  readonly id: string;
  readonly authorizationId: string;
  readonly amount: number;
  readonly metadata: Metadata;
}

/** The merchant takes what it was promised, in one part or several. */
export interface Capture {
  readonly kind: "capture";
  readonly id: string;
  readonly authorizationId: string;
  /** `null` is all that is held, or after expiry all that was not captured. */
  readonly amount: number | null;
  /** The last one: what it leaves of the hold is released. */
  readonly final: boolean;
  /** The organization's, when the request was made. */
  readonly tolerances: readonly CaptureTolerance[];
  readonly metadata: Metadata;
}

/**
 * How far merchants of these categories may capture over what was approved, for tips and
 * full tanks: the larger of a percentage of it and an amount.
 */
export interface CaptureTolerance {
  readonly categories: readonly string[];
  readonly percent: number;
  readonly amount: number;
}

/** The network presents a payment that was never authorized. It cannot be refused. */
export interface ForceCapture {
  readonly kind: "force_capture";
  readonly id: string;
  readonly captureId: string;
  readonly cardId: string;
  readonly amount: number;
  readonly merchant: Merchant;
  readonly merchantAmount: MerchantAmount | null;
  readonly metadata: Metadata;
}

/** The merchant gives a hold back, wholly or in part. */
export interface Reverse {
  readonly kind: "reverse";
  readonly id: string;
  readonly authorizationId: string;
  /** `null` is all that is held. */
  readonly amount: number | null;
  readonly metadata: Metadata;
}

/** A hold has lived as long as it may. Sent by the sweep, never by a client. */
export interface Expire {
  readonly kind: "expire";
  readonly authorizationId: string;
}

/** The merchant returns money of a payment that it captured. */
export interface Refund {
  readonly kind: "refund";
  readonly id: string;
  readonly authorizationId: string;
  readonly amount: number;
  readonly reference: string | null;
  readonly metadata: Metadata;
}

/** A merchant returns money without naming a payment. */
export interface RefundCard {
  readonly kind: "refund_card";
  readonly id: string;
  readonly cardId: string;
  readonly amount: number;
  readonly merchant: Merchant;
  readonly reference: string | null;
  readonly metadata: Metadata;
}
