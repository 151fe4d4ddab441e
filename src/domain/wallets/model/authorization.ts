import { isoTime, isoTimeOrNull } from "../../iso-time.ts";
import type { Reason } from "../rules/reasons.ts";
import { type Minor, minor, record } from "./money.ts";
import type { Consumption } from "./usage.ts";
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
  /** Captured by the network without having been authorized. */
  readonly forced: boolean;
  readonly status: AuthorizationStatus;
  /** Every control that failed, in the documented order. Empty when approved in full. */
  readonly reasons: readonly Reason[];
  readonly requestedAmount: number;
  /**
   * What was approved, increments included: less than requested after a partial
   * approval, 0 when declined.
   */
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

/** A card payment's state: everything about it that the rules read. Times are epoch milliseconds. */
export interface Authorization {
  readonly id: string;
  readonly organizationId: string;
  readonly cardId: string;
  readonly walletId: string;
  readonly approved: boolean;
  readonly forced: boolean;
  readonly status: AuthorizationStatus;
  readonly reasons: readonly Reason[];
  readonly requestedAmount: Minor;
  readonly amount: Minor;
  readonly held: Minor;
  readonly captured: Minor;
  readonly reversed: Minor;
  readonly refunded: Minor;
  readonly currency: string;
  readonly merchant: Merchant;
  readonly merchantAmount: MerchantAmount | null;
  /** What it took of which windows and has not given back, an entry an increment. */
  readonly consumed: readonly Consumption[];
  readonly metadata: Metadata;
  readonly expiresAt: number | null;
  readonly createdAt: number;
  /** The sequence of the event that decided it. */
  readonly decisionSequence: number;
  /** The sequence of its newest event. */
  readonly sequence: number;
}

export const authorizationRecord = (authorization: Authorization): AuthorizationRecord => ({
  id: authorization.id,
  cardId: authorization.cardId,
  walletId: authorization.walletId,
  approved: authorization.approved,
  forced: authorization.forced,
  status: authorization.status,
  reasons: authorization.reasons,
  requestedAmount: record(authorization.requestedAmount),
  amount: record(authorization.amount),
  held: record(authorization.held),
  captured: record(authorization.captured),
  reversed: record(authorization.reversed),
  refunded: record(authorization.refunded),
  currency: authorization.currency,
  merchant: authorization.merchant,
  merchantAmount: authorization.merchantAmount,
  expiresAt: isoTimeOrNull(authorization.expiresAt),
  metadata: authorization.metadata,
  createdAt: isoTime(authorization.createdAt),
});

/** The state that a record shows, with what records do not show. */
export const authorizationState = (
  shown: AuthorizationRecord,
  hidden: Pick<Authorization, "organizationId" | "consumed" | "decisionSequence" | "sequence">,
): Authorization => ({
  ...hidden,
  id: shown.id,
  cardId: shown.cardId,
  walletId: shown.walletId,
  approved: shown.approved,
  forced: shown.forced,
  status: shown.status,
  reasons: shown.reasons,
  requestedAmount: minor(shown.requestedAmount),
  amount: minor(shown.amount),
  held: minor(shown.held),
  captured: minor(shown.captured),
  reversed: minor(shown.reversed),
  refunded: minor(shown.refunded),
  currency: shown.currency,
  merchant: shown.merchant,
  merchantAmount: shown.merchantAmount,
  metadata: shown.metadata,
  expiresAt: shown.expiresAt === null ? null : Date.parse(shown.expiresAt),
  createdAt: Date.parse(shown.createdAt),
});
