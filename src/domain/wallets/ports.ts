import type { Actor, Idempotency } from "../actor.ts";
import type { Creation, Wrote } from "../changes.ts";
import type { Owner } from "../directory/wallet-owners.ts";
import type { Freshness } from "../freshness.ts";
import type { Page, PageRequest } from "../page.ts";
import type { EncryptedNumber } from "./cards/card-vault.ts";
import type { SealedEvent } from "./log/chain.ts";
import type { AuthorizationRecord } from "./model/authorization.ts";
import type { CardRecord } from "./model/card.ts";
import type { EventType } from "./model/event.ts";
import type { Account, PostingKind } from "./model/posting.ts";
import type { TransactionRecord } from "./model/transaction.ts";
import type { Wallet, WalletRecord } from "./model/wallet.ts";

/** Reads of the wallets context: one statement each, nothing that is deleted. */
export interface WalletReads {
  findWallet(organizationId: string, id: string): Promise<WalletRecord | null>;
  listWallets(
    organizationId: string,
    page: PageRequest<WalletSort>,
    filters: WalletFilters,
  ): Promise<Page<WalletRecord>>;
  findCard(organizationId: string, id: string): Promise<CardRecord | null>;
  listCards(
    organizationId: string,
    page: PageRequest<CardSort>,
    filters: CardFilters,
  ): Promise<Page<CardRecord>>;
  findAuthorization(organizationId: string, id: string): Promise<AuthorizationRecord | null>;
  listAuthorizations(
    organizationId: string,
    page: PageRequest<AuthorizationSort>,
    filters: AuthorizationFilters,
  ): Promise<Page<AuthorizationRecord>>;
  /** `null` if there is no such wallet. */
  listTransactions(
    organizationId: string,
    walletId: string,
    page: PageRequest<TransactionSort>,
    filters: TransactionFilters,
  ): Promise<Page<TransactionRecord> | null>;
  findOperation(organizationId: string, id: string): Promise<StoredOperation | null>;
  /** `null` if there is no such wallet or authorization as the filters name. */
  listOperations(
    organizationId: string,
    page: PageRequest<OperationSort>,
    filters: OperationFilters,
  ): Promise<Page<StoredOperation> | null>;
  /** The event that decided a payment, with what its hash was made of. */
  findDecision(organizationId: string, authorizationId: string): Promise<StoredEvent | null>;
  /** The wallet's balances at a recorded time; `null` if there is no such wallet. */
  balanceAt(organizationId: string, walletId: string, at: string): Promise<BalanceRecord | null>;
  listEvents(
    organizationId: string,
    page: PageRequest<EventSort>,
    filters: EventFilters,
  ): Promise<Page<FeedEvent>>;
  ledgerAccounts(
    organizationId: string,
    freshness: Freshness | undefined,
  ): Promise<readonly LedgerAccount[]>;
  /** At most `most`, oldest first; `null` if there is no such wallet. */
  cardIdsOf(organizationId: string, walletId: string, most: number): Promise<string[] | null>;
  /** Reads the encrypted number and writes who saw it, in one statement. */
  revealCard(
    actor: Actor,
    id: string,
  ): Promise<(EncryptedNumber & Pick<CardRecord, "expMonth" | "expYear" | "issued">) | null>;
}

export type WalletSort = "createdAt" | "name";
export interface WalletFilters {
  readonly teamId?: string | undefined;
  readonly userId?: string | undefined;
}

export type CardSort = "createdAt";
export interface CardFilters {
  readonly walletId?: string | undefined;
}

export type AuthorizationSort = "createdAt";
export interface AuthorizationFilters {
  readonly walletId?: string | undefined;
  readonly cardId?: string | undefined;
  readonly status?: AuthorizationRecord["status"] | undefined;
}

export type TransactionSort = "sequence";
export interface TransactionFilters {
  readonly kind?: PostingKind | undefined;
  readonly cardId?: string | undefined;
  /** Recorded at or after, before: ISO 8601. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export type OperationKind =
  | "deposit"
  | "withdrawal"
  | "transfer"
  | "increment"
  | "capture"
  | "reversal"
  | "refund";

/** A movement or a later act of a payment, as it was answered. */
export interface StoredOperation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly walletId: string;
  readonly authorizationId: string | null;
  readonly record: unknown;
}

export type OperationSort = "createdAt";
export interface OperationFilters {
  readonly kind: OperationKind;
  readonly walletId?: string | undefined;
  readonly authorizationId?: string | undefined;
}

/** A row of the log. Texts are exactly as hashed. */
export interface StoredEvent {
  readonly organizationId: string;
  readonly walletId: string;
  readonly sequence: number;
  readonly type: EventType;
  readonly at: number;
  readonly rulesVersion: number;
  readonly requestId: string;
  readonly commandKey: string | null;
  readonly fingerprint: string | null;
  readonly commandText: string;
  readonly dataText: string;
  readonly hash: string;
}

export interface BalanceRecord {
  readonly walletId: string;
  readonly currency: string;
  readonly available: number;
  readonly held: number;
  readonly receivable: number;
  readonly at: string;
}

export type EventSort = "position";
export interface EventFilters {
  readonly type?: string | undefined;
  readonly walletId?: string | undefined;
}

/** An event as the organization's feed shows it. */
export interface FeedEvent {
  /** `walletId.sequence`. */
  readonly id: string;
  readonly type: EventType;
  readonly walletId: string;
  readonly sequence: number;
  readonly data: unknown;
  readonly requestId: string;
  readonly hash: string;
  readonly createdAt: string;
}

/** One account of the chart in one currency. */
export interface LedgerAccount {
  readonly account: Account;
  readonly currency: string;
  readonly debits: string;
  readonly credits: string;
}

/** Wallets come into being and their owners are closed outside the lanes: no wallet exists yet. */
export interface WalletOwnership {
  /**
   * Writes a new wallet with its first event, unless its owner is closed, or the event is
   * dated later than the database's clock allows.
   */
  open(
    wallet: Wallet,
    record: WalletRecord,
    created: SealedEvent,
    idempotency: Idempotency | undefined,
  ): Promise<Creation<WalletRecord, "owner_closed" | "clock_off">>;
  /** Lets no new wallets be made for the owner; answers a token for `reopen`. */
  close(organizationId: string, owner: Owner): Promise<number>;
  /** Takes a `close` back, unless somebody else closed since. */
  reopen(organizationId: string, owner: Owner, token: number): Promise<void>;
  /**
   * Makes a `close` final: nobody can take it or theirs back. `null` if somebody has. What it
   * has written is newer than whatever closed the owner's wallets, be it another request.
   */
  keepClosed(organizationId: string, owner: Owner, token: number): Promise<Wrote | null>;
  /** At most `most` of the owner's wallets, oldest first. */
  walletIdsOf(organizationId: string, owner: Owner, most: number): Promise<string[]>;
}

/** What the wallets context needs of the directory. */
export interface Owners {
  ownerExists(actor: Actor, owner: Owner): Promise<boolean>;
  userExists(actor: Actor, userId: string): Promise<boolean>;
}

/** UUIDv7s; those of cards and authorizations end in the lane key of their wallet. */
export interface LaneIds {
  next(): string;
  withLane(laneKey: number): string;
}
