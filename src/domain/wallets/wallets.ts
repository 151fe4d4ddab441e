import type { Actor } from "../actor.ts";
import { foundResult } from "../changes.ts";
import type { Owner, WalletOwners } from "../directory/wallet-owners.ts";
import type { Freshness } from "../freshness.ts";
import type { Page, PageRequest } from "../page.ts";
import { ok, type Result } from "../result.ts";
import type { CardVault } from "./cards/card-vault.ts";
import type { AuthorizationRecord } from "./model/authorization.ts";
import type { CardRecord } from "./model/card.ts";
import type {
  CaptureRecord,
  IncrementRecord,
  MovementRecord,
  ReversalRecord,
  TransferRecord,
} from "./model/event.ts";
import type { TransactionRecord } from "./model/transaction.ts";
import type { WalletRecord } from "./model/wallet.ts";
import type {
  AuthorizationFilters,
  AuthorizationSort,
  BalanceRecord,
  CardFilters,
  CardSort,
  EventFilters,
  EventSort,
  FeedEvent,
  OperationFilters,
  OperationKind,
  OperationSort,
  StoredOperation,
  TransactionFilters,
  TransactionSort,
  WalletFilters,
  WalletReads,
  WalletSort,
} from "./ports.ts";
import type { PublicKey, Signer } from "./receipts/signer.ts";
import type { WalletStore } from "./store.ts";
import { authorize, type NewAuthorization } from "./verbs/authorize.ts";
import { authorizeBatch, type Batch, type BatchOutcome, transferBatch } from "./verbs/batch.ts";
import {
  type CardPatch,
  type CardSecrets,
  deleteCard,
  deleteCards,
  freezeCard,
  revealCard,
  terminateCard,
  unfreezeCard,
  updateCard,
} from "./verbs/change-card.ts";
import {
  closeWallet,
  deleteWallet,
  deleteWallets,
  freezeWallet,
  unfreezeWallet,
  updateWallet,
  type WalletPatch,
} from "./verbs/change-wallet.ts";
import { closeOwner } from "./verbs/close-owner.ts";
import type { CommandPorts } from "./verbs/command.ts";
import { createCard, type NewCard } from "./verbs/create-card.ts";
import { type CreateWalletPorts, createWallet, type NewWallet } from "./verbs/create-wallet.ts";
import { dryRunAuthorization, type Explanation, explainAuthorization } from "./verbs/explain.ts";
import { followEvents } from "./verbs/follow-events.ts";
import {
  deposit,
  type NewMovement,
  type NewTransfer,
  transfer,
  withdraw,
} from "./verbs/move-money.ts";
import {
  capture,
  forceCapture,
  increment,
  type NewCapture,
  type NewForcedCapture,
  type NewIncrement,
  type NewRefund,
  type NewReversal,
  type RefundAnswer,
  refund,
  reverse,
  type WithAuthorization,
} from "./verbs/payment-life.ts";
import {
  type AccountBalance,
  ledgerAccounts,
  type TrialBalance,
  trialBalance,
} from "./verbs/read-ledger.ts";
import { type LimitsReport, readLimits } from "./verbs/read-limits.ts";
import { getOperation, type OperationParent } from "./verbs/read-operation.ts";
import { type CardReplacement, replaceCard } from "./verbs/replace-card.ts";
import { type Receipt, signReceipt } from "./verbs/sign-receipt.ts";

/**
 * The wallets context: wallets, cards and money. Plain async functions over plain data,
 * so that it can become a stub of another Worker.
 */
export interface Wallets extends WalletOwners {
  createWallet(actor: Actor, input: NewWallet): Promise<Result<WalletRecord>>;
  getWallet(actor: Actor, id: string): Promise<Result<WalletRecord>>;
  listWallets(
    actor: Actor,
    page: PageRequest<WalletSort>,
    filters: WalletFilters,
  ): Promise<Result<Page<WalletRecord>>>;
  updateWallet(actor: Actor, id: string, patch: WalletPatch): Promise<Result<WalletRecord>>;
  freezeWallet(actor: Actor, id: string): Promise<Result<WalletRecord>>;
  unfreezeWallet(actor: Actor, id: string): Promise<Result<WalletRecord>>;
  closeWallet(actor: Actor, id: string, sweepTo: string | undefined): Promise<Result<WalletRecord>>;
  deleteWallet(actor: Actor, id: string): Promise<Result<void>>;
  deleteWallets(actor: Actor, owner: Owner): Promise<Result<{ readonly deleted: number }>>;
  listTransactions(
    actor: Actor,
    walletId: string,
    page: PageRequest<TransactionSort>,
    filters: TransactionFilters,
  ): Promise<Result<Page<TransactionRecord>>>;
  balanceAt(actor: Actor, walletId: string, at: string): Promise<Result<BalanceRecord>>;
  readLimits(actor: Actor, kind: "wallet" | "card", id: string): Promise<Result<LimitsReport>>;

  createCard(actor: Actor, input: NewCard): Promise<Result<CardRecord>>;
  getCard(actor: Actor, id: string): Promise<Result<CardRecord>>;
  listCards(
    actor: Actor,
    page: PageRequest<CardSort>,
    filters: CardFilters,
  ): Promise<Result<Page<CardRecord>>>;
  updateCard(actor: Actor, id: string, patch: CardPatch): Promise<Result<CardRecord>>;
  freezeCard(actor: Actor, id: string): Promise<Result<CardRecord>>;
  unfreezeCard(actor: Actor, id: string): Promise<Result<CardRecord>>;
  terminateCard(actor: Actor, id: string): Promise<Result<CardRecord>>;
  replaceCard(actor: Actor, id: string, input: CardReplacement): Promise<Result<CardRecord>>;
  deleteCard(actor: Actor, id: string): Promise<Result<void>>;
  deleteCards(actor: Actor, walletId: string): Promise<Result<{ readonly deleted: number }>>;
  revealCard(actor: Actor, id: string): Promise<Result<CardSecrets>>;

  deposit(actor: Actor, walletId: string, input: NewMovement): Promise<Result<MovementRecord>>;
  withdraw(actor: Actor, walletId: string, input: NewMovement): Promise<Result<MovementRecord>>;
  transfer(actor: Actor, input: NewTransfer): Promise<Result<TransferRecord>>;
  transferBatch(
    actor: Actor,
    batch: Batch<NewTransfer>,
  ): Promise<Result<readonly BatchOutcome<TransferRecord>[]>>;
  /** A deposit, withdrawal, transfer, increment, capture, reversal or refund, as it was answered. */
  getOperation(
    actor: Actor,
    kind: OperationKind,
    id: string,
    of: OperationParent,
  ): Promise<Result<StoredOperation>>;
  listOperations(
    actor: Actor,
    page: PageRequest<OperationSort>,
    filters: OperationFilters,
  ): Promise<Result<Page<StoredOperation>>>;

  authorize(actor: Actor, input: NewAuthorization): Promise<Result<AuthorizationRecord>>;
  authorizeBatch(
    actor: Actor,
    batch: Batch<NewAuthorization>,
  ): Promise<Result<readonly BatchOutcome<AuthorizationRecord>[]>>;
  dryRunAuthorization(actor: Actor, input: NewAuthorization): Promise<Result<Explanation>>;
  explainAuthorization(actor: Actor, id: string): Promise<Result<Explanation>>;
  signReceipt(actor: Actor, authorizationId: string): Promise<Result<Receipt>>;
  /** What receipts and chain heads are checked with; none where none are signed. */
  receiptKeys(): Promise<readonly PublicKey[]>;
  increment(
    actor: Actor,
    authorizationId: string,
    input: NewIncrement,
  ): Promise<Result<WithAuthorization<IncrementRecord>>>;
  capture(
    actor: Actor,
    authorizationId: string,
    input: NewCapture,
  ): Promise<Result<WithAuthorization<CaptureRecord>>>;
  forceCapture(
    actor: Actor,
    input: NewForcedCapture,
  ): Promise<Result<WithAuthorization<CaptureRecord>>>;
  reverse(
    actor: Actor,
    authorizationId: string,
    input: NewReversal,
  ): Promise<Result<WithAuthorization<ReversalRecord>>>;
  refund(actor: Actor, input: NewRefund): Promise<Result<RefundAnswer>>;
  getAuthorization(actor: Actor, id: string): Promise<Result<AuthorizationRecord>>;
  listAuthorizations(
    actor: Actor,
    page: PageRequest<AuthorizationSort>,
    filters: AuthorizationFilters,
  ): Promise<Result<Page<AuthorizationRecord>>>;

  followEvents(
    actor: Actor,
    page: PageRequest<EventSort>,
    filters: EventFilters,
    waitSeconds: number,
  ): Promise<Result<Page<FeedEvent>>>;
  ledgerAccounts(
    actor: Actor,
    freshness: Freshness | undefined,
  ): Promise<Result<readonly AccountBalance[]>>;
  trialBalance(actor: Actor, freshness: Freshness | undefined): Promise<Result<TrialBalance>>;
}

export type WalletsPorts = CommandPorts &
  CreateWalletPorts & {
    readonly reads: WalletReads;
    readonly vault: CardVault;
    /** Signs receipts, where a key is configured. */
    readonly signer?: Signer | undefined;
    /** For reads of state outside the lanes. */
    readonly store: WalletStore;
    readonly sleep: (ms: number) => Promise<void>;
    /** Whether the process is about to end. */
    readonly stopping?: () => boolean;
  };

export const createWallets = (ports: WalletsPorts): Wallets => {
  const { reads } = ports;
  return {
    createWallet: createWallet(ports),
    getWallet: async ({ organizationId }, id) =>
      foundResult(await reads.findWallet(organizationId, id), "wallet"),
    listWallets: async ({ organizationId }, page, filters) =>
      ok(await reads.listWallets(organizationId, page, filters)),
    updateWallet: updateWallet(ports),
    freezeWallet: freezeWallet(ports),
    unfreezeWallet: unfreezeWallet(ports),
    closeWallet: closeWallet(ports),
    deleteWallet: deleteWallet(ports),
    deleteWallets: deleteWallets(ports),
    listTransactions: async ({ organizationId }, walletId, page, filters) =>
      foundResult(await reads.listTransactions(organizationId, walletId, page, filters), "wallet"),
    balanceAt: async ({ organizationId }, walletId, at) =>
      foundResult(await reads.balanceAt(organizationId, walletId, at), "wallet"),
    readLimits: readLimits(ports),
    closeOwner: closeOwner(ports),

    createCard: createCard(ports),
    getCard: async ({ organizationId }, id) =>
      foundResult(await reads.findCard(organizationId, id), "card"),
    listCards: async ({ organizationId }, page, filters) =>
      ok(await reads.listCards(organizationId, page, filters)),
    updateCard: updateCard(ports),
    freezeCard: freezeCard(ports),
    unfreezeCard: unfreezeCard(ports),
    terminateCard: terminateCard(ports),
    replaceCard: replaceCard(ports),
    deleteCard: deleteCard(ports),
    deleteCards: deleteCards(ports),
    revealCard: revealCard(ports),

    deposit: deposit(ports),
    withdraw: withdraw(ports),
    transfer: transfer(ports),
    transferBatch: transferBatch(ports),
    getOperation: getOperation(ports),
    listOperations: async ({ organizationId }, page, filters) =>
      foundResult(
        await reads.listOperations(organizationId, page, filters),
        filters.authorizationId === undefined ? "wallet" : "authorization",
      ),

    authorize: authorize(ports),
    authorizeBatch: authorizeBatch(ports),
    dryRunAuthorization: dryRunAuthorization(ports),
    explainAuthorization: explainAuthorization(ports),
    signReceipt: signReceipt(ports),
    receiptKeys: async () => (await ports.signer?.publicKeys()) ?? [],
    increment: increment(ports),
    capture: capture(ports),
    forceCapture: forceCapture(ports),
    reverse: reverse(ports),
    refund: refund(ports),
    getAuthorization: async ({ organizationId }, id) =>
      foundResult(await reads.findAuthorization(organizationId, id), "authorization"),
    listAuthorizations: async ({ organizationId }, page, filters) =>
      ok(await reads.listAuthorizations(organizationId, page, filters)),

    followEvents: followEvents(ports),
    ledgerAccounts: ledgerAccounts(ports),
    trialBalance: trialBalance(ports),
  };
};
