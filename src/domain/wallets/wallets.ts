import type { Actor } from "../actor.ts";
import { foundResult, notFound } from "../changes.ts";
import type { Owner, WalletOwners } from "../directory/wallet-owners.ts";
import type { Page, PageRequest } from "../page.ts";
import { ok, type Result } from "../result.ts";
import type { CardVault } from "./cards/card-vault.ts";
import type { AuthorizationRecord } from "./model/authorization.ts";
import type { CardRecord } from "./model/card.ts";
import type { MovementRecord, TransferRecord } from "./model/event.ts";
import type { TransactionRecord } from "./model/transaction.ts";
import type { WalletRecord } from "./model/wallet.ts";
import type {
  AuthorizationFilters,
  AuthorizationSort,
  CardFilters,
  CardSort,
  TransactionSort,
  WalletFilters,
  WalletReads,
  WalletSort,
} from "./ports.ts";
import { authorize, type NewAuthorization } from "./verbs/authorize.ts";
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
import {
  deposit,
  type NewMovement,
  type NewTransfer,
  transfer,
  withdraw,
} from "./verbs/move-money.ts";

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
  deleteWallet(actor: Actor, id: string): Promise<Result<void>>;
  deleteWallets(actor: Actor, owner: Owner): Promise<Result<{ readonly deleted: number }>>;
  listTransactions(
    actor: Actor,
    walletId: string,
    page: PageRequest<TransactionSort>,
  ): Promise<Result<Page<TransactionRecord>>>;

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
  deleteCard(actor: Actor, id: string): Promise<Result<void>>;
  deleteCards(actor: Actor, walletId: string): Promise<Result<{ readonly deleted: number }>>;
  revealCard(actor: Actor, id: string): Promise<Result<CardSecrets>>;

  deposit(actor: Actor, walletId: string, input: NewMovement): Promise<Result<MovementRecord>>;
  withdraw(actor: Actor, walletId: string, input: NewMovement): Promise<Result<MovementRecord>>;
  transfer(actor: Actor, input: NewTransfer): Promise<Result<TransferRecord>>;

  authorize(actor: Actor, input: NewAuthorization): Promise<Result<AuthorizationRecord>>;
  getAuthorization(actor: Actor, id: string): Promise<Result<AuthorizationRecord>>;
  listAuthorizations(
    actor: Actor,
    page: PageRequest<AuthorizationSort>,
    filters: AuthorizationFilters,
  ): Promise<Result<Page<AuthorizationRecord>>>;
}

export type WalletsPorts = CommandPorts &
  CreateWalletPorts & { readonly reads: WalletReads; readonly vault: CardVault };

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
    deleteWallet: deleteWallet(ports),
    deleteWallets: deleteWallets(ports),
    listTransactions: async ({ organizationId }, walletId, page) => {
      const found = await reads.listTransactions(organizationId, walletId, page);
      return found ? ok(found) : notFound("wallet");
    },
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
    deleteCard: deleteCard(ports),
    deleteCards: deleteCards(ports),
    revealCard: revealCard(ports),

    deposit: deposit(ports),
    withdraw: withdraw(ports),
    transfer: transfer(ports),

    authorize: authorize(ports),
    getAuthorization: async ({ organizationId }, id) =>
      foundResult(await reads.findAuthorization(organizationId, id), "authorization"),
    listAuthorizations: async ({ organizationId }, page, filters) =>
      ok(await reads.listAuthorizations(organizationId, page, filters)),
  };
};
