import type { AuthorizationRecord } from "./authorization.ts";
import type { CardRecord } from "./card.ts";
import type { Command } from "./command.ts";
import type { PostingRecord } from "./posting.ts";
import type { Consumption } from "./usage.ts";
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
  readonly createdAt: string;
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
  readonly "wallet.deleted": { readonly wallet: WalletRecord };
  readonly "card.created": { readonly card: CardRecord };
  readonly "card.updated": { readonly card: CardRecord };
  readonly "card.frozen": { readonly card: CardRecord };
  readonly "card.unfrozen": { readonly card: CardRecord };
  readonly "card.terminated": { readonly card: CardRecord };
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
  };
  readonly "authorization.declined": { readonly authorization: AuthorizationRecord };
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
