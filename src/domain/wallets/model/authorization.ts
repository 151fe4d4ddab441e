import type { Reason } from "../rules/reasons.ts";
import type { Metadata } from "./wallet.ts";

/**
 * `open` holds money. `closed` was captured or needs no more (a card check), `reversed`
 * was released by the merchant, `expired` by time. `declined` never held anything.
 */
export const authorizationStatuses = ["declined", "open", "closed", "reversed", "expired"] as const;
export type AuthorizationStatus = (typeof authorizationStatuses)[number];

/** Where the card was used, as far as the network said. */
export interface Merchant {
  readonly id: string | null;
  readonly name: string | null;
  /** Merchant category code (ISO 18245), four characters. */
  readonly category: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
}

/** What the merchant charged in its own currency; information only, no rule reads it. */
export interface MerchantAmount {
  readonly amount: number;
  readonly currency: string;
}

/** A card payment as the wire and the log show it. Amounts are minor units of `currency`. */
export interface AuthorizationRecord {
  readonly id: string;
  readonly cardId: string;
  readonly walletId: string;
  /** The original decision; it never changes, whatever becomes of the payment. */
  readonly approved: boolean;
  readonly status: AuthorizationStatus;
  /** Every control that failed, in the documented order. Empty when approved in full. */
  readonly reasons: readonly Reason[];
  readonly requestedAmount: number;
  /** What was approved: less than requested after a partial approval, 0 when declined. */
  readonly amount: number;
  readonly held: number;
  readonly captured: number;
  readonly reversed: number;
  readonly refunded: number;
  readonly currency: string;
  readonly merchant: Merchant;
  readonly merchantAmount: MerchantAmount | null;
  /** `null` when nothing is held. */
  readonly expiresAt: string | null;
  readonly metadata: Metadata;
  readonly createdAt: string;
}
