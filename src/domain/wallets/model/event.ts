import type { Evidence } from "../rules/evidence.ts";
import type { Reason } from "../rules/reasons.ts";
import type { AuthorizationRecord, Merchant } from "./authorization.ts";
import type { CardRecord } from "./card.ts";
import type { Command, ReplacementReason } from "./command.ts";
import type { PostingRecord } from "./posting.ts";
import type { Consumption, UsageRecord } from "./usage.ts";
import type { Metadata, WalletRecord } from "./wallet.ts";

/** A deposit or withdrawal as the wire and the log show it. */
export interface MovementRecord {
  readonly id: string;
  readonly walletId: string;
  readonly amount: number;
  readonly currency: string;
  readonly reference: string | null;
  readonly metadata: Metadata;
  /** The wallet's balances after it. */
  readonly available: number;
  readonly held: number;
  readonly receivable: number;
  readonly effectiveAt: string;
  readonly corrects: string | null;
  readonly createdAt: string;
}

export interface TransferRecord {
  readonly id: string;
  readonly fromWalletId: string;
  readonly toWalletId: string;
  readonly amount: number;
  readonly currency: string;
  readonly reference: string | null;
  readonly metadata: Metadata;
  readonly effectiveAt: string;
  readonly corrects: string | null;
  readonly createdAt: string;
}

/** An increment as the wire and the log show it; a declined one leaves the payment as it was. */
export interface IncrementRecord {
  readonly id: string;
  readonly authorizationId: string;
  readonly approved: boolean;
  readonly reasons: readonly Reason[];
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Metadata;
  readonly createdAt: string;
}

export interface CaptureRecord {
  readonly id: string;
  readonly authorizationId: string;
  readonly amount: number;
  /** The part of it that no hold covered: over the hold, after expiry, or forced. */
  readonly uncovered: number;
  readonly final: boolean;
  readonly kind: "held" | "late" | "forced";
  readonly currency: string;
  readonly metadata: Metadata;
  readonly createdAt: string;
}

export interface ReversalRecord {
  readonly id: string;
  readonly authorizationId: string;
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Metadata;
  readonly createdAt: string;
}

export interface RefundRecord {
  readonly id: string;
  /** `null` of a refund that names no payment. */
  readonly authorizationId: string | null;
  readonly cardId: string;
  readonly walletId: string;
  readonly amount: number;
  readonly currency: string;
  readonly merchant: Merchant;
  readonly reference: string | null;
  readonly metadata: Metadata;
  readonly createdAt: string;
}

/**
 * What every later event of a payment carries: the payment as it is after the event, and
 * the sequence of the event before, so that a payment's life can be walked back without
 * an index.
 */
export interface PaymentChange {
  readonly authorization: AuthorizationRecord;
  readonly previous: number;
}

/**
 * What happened, by type. The data is all that `apply` needs: balances change by
 * `postings` alone, usage by `consumed` alone, everything else by the record as it is
 * after the event. It is also all that a response needs, so that a repeat of the
 * command is answered from the log.
 */
export interface EventData {
  readonly "wallet.created": { readonly wallet: WalletRecord };
  readonly "wallet.updated": { readonly wallet: WalletRecord };
  readonly "wallet.frozen": { readonly wallet: WalletRecord };
  readonly "wallet.unfrozen": { readonly wallet: WalletRecord };
  readonly "wallet.closed": { readonly wallet: WalletRecord };
  readonly "wallet.deleted": { readonly wallet: WalletRecord };
  /** `available` fell below the threshold. */
  readonly "wallet.balance_low": {
    readonly walletId: string;
    readonly available: number;
    readonly threshold: number;
  };
  /** `usage` where it takes another card's place. */
  readonly "card.created": { readonly card: CardRecord; readonly usage?: UsageRecord };
  readonly "card.updated": { readonly card: CardRecord };
  readonly "card.frozen": { readonly card: CardRecord };
  readonly "card.unfrozen": { readonly card: CardRecord };
  readonly "card.terminated": { readonly card: CardRecord };
  readonly "card.replaced": { readonly card: CardRecord; readonly reason: ReplacementReason };
  readonly "card.deleted": { readonly card: CardRecord };
  readonly "deposit.booked": {
    readonly deposit: MovementRecord;
    readonly postings: readonly PostingRecord[];
  };
  readonly "withdrawal.booked": {
    readonly withdrawal: MovementRecord;
    readonly postings: readonly PostingRecord[];
  };
  readonly "transfer.sent": {
    readonly transfer: TransferRecord;
    readonly postings: readonly PostingRecord[];
  };
  readonly "transfer.received": {
    readonly transfer: TransferRecord;
    readonly postings: readonly PostingRecord[];
  };
  readonly "authorization.approved": {
    readonly authorization: AuthorizationRecord;
    readonly consumed: Consumption;
    readonly postings: readonly PostingRecord[];
    readonly evidence: Evidence;
  };
  readonly "authorization.declined": {
    readonly authorization: AuthorizationRecord;
    readonly evidence: Evidence;
  };
  readonly "authorization.incremented": PaymentChange & {
    readonly increment: IncrementRecord;
    readonly consumed: Consumption;
    readonly postings: readonly PostingRecord[];
    readonly evidence: Evidence;
  };
  readonly "authorization.increment_declined": PaymentChange & {
    readonly increment: IncrementRecord;
    readonly evidence: Evidence;
  };
  readonly "authorization.captured": PaymentChange & {
    readonly capture: CaptureRecord;
    /** Of the part that no hold covered. */
    readonly consumed: Consumption | null;
    /** Of the part of the hold that a final capture leaves. */
    readonly returned: readonly Consumption[];
    readonly postings: readonly PostingRecord[];
  };
  readonly "authorization.forced": {
    readonly authorization: AuthorizationRecord;
    readonly capture: CaptureRecord;
    readonly consumed: Consumption;
    readonly postings: readonly PostingRecord[];
  };
  readonly "authorization.reversed": PaymentChange & {
    readonly reversal: ReversalRecord;
    readonly returned: readonly Consumption[];
    readonly postings: readonly PostingRecord[];
  };
  readonly "authorization.expired": PaymentChange & {
    readonly returned: readonly Consumption[];
    readonly postings: readonly PostingRecord[];
  };
  readonly "authorization.refunded": PaymentChange & {
    readonly refund: RefundRecord;
    readonly postings: readonly PostingRecord[];
  };
  readonly "refund.booked": {
    readonly refund: RefundRecord;
    readonly postings: readonly PostingRecord[];
  };
}

export type EventType = keyof EventData;

/** What `decide` says will have happened to one wallet. */
export type DraftEvent = {
  [Type in EventType]: {
    readonly walletId: string;
    readonly type: Type;
    readonly data: EventData[Type];
  };
}[EventType];

/** An event with its place in the wallet's log. */
export type WalletEvent = DraftEvent & {
  readonly sequence: number;
  /** Epoch milliseconds; never before the wallet's previous event. */
  readonly at: number;
  readonly rulesVersion: number;
  readonly command: Command;
};
