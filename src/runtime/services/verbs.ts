import type { Directory } from "../../domain/directory/directory.ts";
import type { WalletOwners } from "../../domain/directory/wallet-owners.ts";
import type { Owners } from "../../domain/wallets/ports.ts";
import type { Wallets } from "../../domain/wallets/wallets.ts";
import type { Snapshot } from "../../observability/snapshot.ts";
import type { ReadyState } from "../../routes/services.ts";

/** What the gateway asks of a service besides its context's verbs. */
export interface Inspection {
  readiness(): Promise<ReadyState>;
  /** What its isolates counted. */
  scrape(): Promise<Snapshot>;
}

/**
 * What may be called of a service, and nothing else. Interfaces leave nothing to list at
 * run time, so the names are written down; one too many or too few does not compile.
 */
export type Verbs<Api> = { readonly [Verb in keyof Api]: true };

const inspection: Verbs<Inspection> = { readiness: true, scrape: true };

/** What the wallets ask of the directory. */
export const ownerVerbs: Verbs<Owners> = { ownerExists: true, userExists: true };

/** What the directory asks of the wallets. */
export const walletOwnerVerbs: Verbs<WalletOwners> = { closeOwner: true };

export type DirectoryService = Directory & Inspection;

export const directoryVerbs: Verbs<DirectoryService> = {
  ...inspection,
  ...ownerVerbs,
  createOrganization: true,
  listOrganizations: true,
  getOrganization: true,
  updateOrganization: true,
  authenticate: true,
  touchApiKeys: true,
  createApiKey: true,
  getApiKey: true,
  listApiKeys: true,
  revokeApiKey: true,
  createUser: true,
  getUser: true,
  listUsers: true,
  updateUser: true,
  deleteUser: true,
  createTeam: true,
  getTeam: true,
  listTeams: true,
  updateTeam: true,
  deleteTeam: true,
  createTeamMember: true,
  getTeamMember: true,
  listTeamMembers: true,
  updateTeamMember: true,
  deleteTeamMember: true,
  deleteTeamMembers: true,
};

export type WalletsService = Wallets & Inspection;

export const walletsVerbs: Verbs<WalletsService> = {
  ...inspection,
  ...walletOwnerVerbs,
  createWallet: true,
  getWallet: true,
  listWallets: true,
  updateWallet: true,
  freezeWallet: true,
  unfreezeWallet: true,
  closeWallet: true,
  deleteWallet: true,
  deleteWallets: true,
  listTransactions: true,
  balanceAt: true,
  readLimits: true,
  createCard: true,
  getCard: true,
  listCards: true,
  updateCard: true,
  freezeCard: true,
  unfreezeCard: true,
  terminateCard: true,
  replaceCard: true,
  deleteCard: true,
  deleteCards: true,
  revealCard: true,
  deposit: true,
  withdraw: true,
  transfer: true,
  transferBatch: true,
  getOperation: true,
  listOperations: true,
  authorize: true,
  authorizeBatch: true,
  dryRunAuthorization: true,
  explainAuthorization: true,
  signReceipt: true,
  receiptKeys: true,
  increment: true,
  capture: true,
  forceCapture: true,
  reverse: true,
  refund: true,
  getAuthorization: true,
  listAuthorizations: true,
  followEvents: true,
  ledgerAccounts: true,
  trialBalance: true,
};
