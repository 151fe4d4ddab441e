import { isoTime } from "../../iso-time.ts";
import type { Limits } from "../rules/limits.ts";
import type { Controls } from "./controls.ts";
import type { Usage } from "./usage.ts";
import type { Metadata } from "./wallet.ts";

export type CardStatus = "active" | "frozen" | "terminated";

/**
 * `single_use` is good for one approved payment; `merchant_locked` for the merchant of its
 * first.
 */
export const cardTypes = ["standard", "single_use", "merchant_locked"] as const;
export type CardType = (typeof cardTypes)[number];

/**
 * A card's state: everything about it that the rules read. Its number is not among it:
 * that is stored encrypted beside the card and never enters the log.
 */
export interface Card {
  readonly id: string;
  readonly organizationId: string;
  readonly walletId: string;
  readonly cardholderId: string | null;
  readonly name: string | null;
  readonly type: CardType;
  /** Whether Purser made its number. */
  readonly issued: boolean;
  readonly status: CardStatus;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly limits: Limits;
  readonly usage: Usage;
  readonly controls: Controls;
  readonly metadata: Metadata;
  readonly replacementFor: string | null;
  readonly replacedBy: string | null;
  /** The merchant that a `merchant_locked` card was first used at. */
  readonly lockedMerchantId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
}

/** A card as the wire and the log show it: only the last four digits of its number. */
export interface CardRecord {
  readonly id: string;
  readonly walletId: string;
  readonly cardholderId: string | null;
  readonly name: string | null;
  readonly type: CardType;
  readonly issued: boolean;
  readonly status: CardStatus;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly limits: Limits;
  readonly controls: Controls;
  readonly replacementFor: string | null;
  readonly replacedBy: string | null;
  readonly lockedMerchantId: string | null;
  readonly metadata: Metadata;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const cardRecord = (card: Card): CardRecord => ({
  id: card.id,
  walletId: card.walletId,
  cardholderId: card.cardholderId,
  name: card.name,
  type: card.type,
  issued: card.issued,
  status: card.status,
  last4: card.last4,
  expMonth: card.expMonth,
  expYear: card.expYear,
  limits: card.limits,
  controls: card.controls,
  replacementFor: card.replacementFor,
  replacedBy: card.replacedBy,
  lockedMerchantId: card.lockedMerchantId,
  metadata: card.metadata,
  createdAt: isoTime(card.createdAt),
  updatedAt: isoTime(card.updatedAt),
});
