import type { Authorization } from "../../src/domain/wallets/model/authorization.ts";
import type { Card } from "../../src/domain/wallets/model/card.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import type { WalletChange } from "../../src/domain/wallets/store.ts";

/**
 * Which columns a commit writes of rows that exist. Settings only where the change says
 * that they changed: what a lane forgets to say is lost here as it is in PostgreSQL.
 */

export const changedWallet = (row: Wallet, { after, settingsChanged }: WalletChange): Wallet => ({
  ...row,
  version: after.version,
  available: after.available,
  held: after.held,
  receivable: after.receivable,
  usage: after.usage,
  timezoneLocked: after.timezoneLocked,
  headHash: after.headHash,
  updatedAt: after.updatedAt,
  ...(settingsChanged && {
    name: after.name,
    timezone: after.timezone,
    status: after.status,
    limits: after.limits,
    controls: after.controls,
    metadata: after.metadata,
    lowBalanceThreshold: after.lowBalanceThreshold,
    deletedAt: after.deletedAt,
  }),
});

const cardSettings = (card: Card) => ({
  cardholderId: card.cardholderId,
  name: card.name,
  status: card.status,
  limits: card.limits,
  controls: card.controls,
  metadata: card.metadata,
  replacedBy: card.replacedBy,
  lockedMerchantId: card.lockedMerchantId,
  updatedAt: card.updatedAt,
  deletedAt: card.deletedAt,
});

export const changedCard = (row: Card, after: Card, settingsChanged: boolean): Card => ({
  ...row,
  usage: after.usage,
  ...(settingsChanged && cardSettings(after)),
});

export const changedPayment = (row: Authorization, after: Authorization): Authorization => ({
  ...row,
  status: after.status,
  amount: after.amount,
  held: after.held,
  captured: after.captured,
  reversed: after.reversed,
  refunded: after.refunded,
  consumed: after.consumed,
  expiresAt: after.expiresAt,
  sequence: after.sequence,
});
