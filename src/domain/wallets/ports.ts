import type { Actor, Idempotency } from "../actor.ts";
import type { Creation } from "../changes.ts";
import type { Owner } from "../directory/wallet-owners.ts";
import type { Page, PageRequest } from "../page.ts";
import type { EncryptedNumber } from "./cards/card-vault.ts";
import type { SealedEvent } from "./log/chain.ts";
import type { AuthorizationRecord } from "./model/authorization.ts";
import type { CardRecord } from "./model/card.ts";
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
  ): Promise<Page<TransactionRecord> | null>;
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

/** Wallets come into being and their owners are closed outside the lanes: no wallet exists yet. */
export interface WalletOwnership {
  /** Writes a new wallet with its first event, unless its owner is closed. */
  open(
    wallet: Wallet,
    record: WalletRecord,
    created: SealedEvent,
    idempotency: Idempotency | undefined,
  ): Promise<Creation<WalletRecord, "owner_closed">>;
  /** Lets no new wallets be made for the owner; answers a token for `reopen`. */
  close(organizationId: string, owner: Owner): Promise<number>;
  /** Takes a `close` back, unless somebody else closed since. */
  reopen(organizationId: string, owner: Owner, token: number): Promise<void>;
  /** Makes a `close` final: nobody can take it or theirs back. `false` if somebody has. */
  keepClosed(organizationId: string, owner: Owner, token: number): Promise<boolean>;
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
