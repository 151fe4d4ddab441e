import { randomBytes } from "node:crypto";
import { laneKeyOf, uuidv7, uuidv7WithLane } from "../../src/domain/ids.ts";
import type { JobItem } from "../../src/domain/wallets/lane/job.ts";
import { genesisHash } from "../../src/domain/wallets/log/chain.ts";
import type { Merchant } from "../../src/domain/wallets/model/authorization.ts";
import type { Card } from "../../src/domain/wallets/model/card.ts";
import type {
  Authorize,
  Capture,
  CloseWallet,
  CreateCard,
  Deposit,
  Expire,
  ForceCapture,
  Increment,
  Refund,
  RefundCard,
  ReplaceCard,
  Reverse,
  Transfer,
  UpdateCard,
  Withdraw,
} from "../../src/domain/wallets/model/command.ts";
import { noControls } from "../../src/domain/wallets/model/controls.ts";
import { noUsage } from "../../src/domain/wallets/model/usage.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type { Decided, Decision } from "../../src/domain/wallets/rules/decision.ts";
import { noLimits } from "../../src/domain/wallets/rules/limits.ts";
import type { CardSecret } from "../../src/domain/wallets/store.ts";

/** A Tuesday noon that is in the middle of every window. */
export const noon = Date.parse("2026-11-10T12:00:00.000Z");

export const newId = (): string => uuidv7(Date.now(), randomBytes(10));

/** An id of the wallet's lane, as those of its cards and authorizations are. */
export const idIn = (wallet: { readonly id: string }): string =>
  uuidv7WithLane(Date.now(), randomBytes(10), laneKeyOf(wallet.id));

export const aWallet = (over: Partial<Wallet> = {}): Wallet => ({
  id: newId(),
  organizationId: newId(),
  teamId: newId(),
  userId: null,
  name: "Travel",
  currency: "EUR",
  timezone: "UTC",
  timezoneLocked: false,
  status: "active",
  available: 100_000n,
  held: 0n,
  receivable: 0n,
  limits: noLimits,
  usage: noUsage,
  controls: noControls,
  metadata: {},
  lowBalanceThreshold: null,
  version: 1,
  headHash: genesisHash,
  createdAt: noon,
  updatedAt: noon,
  deletedAt: null,
  ...over,
});

export const aCard = (wallet: Wallet, over: Partial<Card> = {}): Card => ({
  id: idIn(wallet),
  organizationId: wallet.organizationId,
  walletId: wallet.id,
  cardholderId: null,
  name: null,
  type: "standard",
  issued: true,
  status: "active",
  last4: "4242",
  expMonth: 12,
  expYear: 2030,
  limits: noLimits,
  usage: noUsage,
  controls: noControls,
  metadata: {},
  replacementFor: null,
  replacedBy: null,
  lockedMerchantId: null,
  createdAt: noon,
  updatedAt: noon,
  deletedAt: null,
  ...over,
});

export const aMerchant = (over: Partial<Merchant> = {}): Merchant => ({
  id: "m-1",
  name: "Corner shop",
  category: "5411",
  country: "DE",
  ...over,
});

export const authorizing = (
  card: { readonly id: string },
  amount: number,
  over: Partial<Authorize> = {},
): Authorize => ({
  kind: "authorize",
  id: idIn(card),
  cardId: card.id,
  amount,
  currency: null,
  merchant: aMerchant(),
  merchantAmount: null,
  partialApproval: false,
  expiresInSeconds: null,
  mustApprove: false,
  metadata: {},
  ...over,
});

export const depositing = (wallet: { readonly id: string }, amount: number): Deposit => ({
  kind: "deposit",
  ...moving(wallet, amount),
});

export const withdrawing = (wallet: { readonly id: string }, amount: number): Withdraw => ({
  kind: "withdraw",
  ...moving(wallet, amount),
});

export const transferring = (
  from: { readonly id: string },
  to: { readonly id: string },
  amount: number,
): Transfer => ({ kind: "transfer", ...moving(from, amount), toWalletId: to.id });

const moving = (wallet: { readonly id: string }, amount: number) => ({
  id: idIn(wallet),
  walletId: wallet.id,
  amount,
  reference: null,
  metadata: {},
  effectiveAt: null,
  corrects: null,
});

export const creatingCard = (
  wallet: { readonly id: string },
  over: Partial<CreateCard> = {},
): CreateCard => ({
  kind: "create_card",
  walletId: wallet.id,
  cardId: idIn(wallet),
  cardholderId: null,
  name: null,
  type: "standard",
  issued: true,
  last4: "4242",
  expMonth: 12,
  expYear: 2030,
  limits: noLimits,
  smallestLimit: 0,
  controls: noControls,
  metadata: {},
  ...over,
});

export const updatingCard = (
  card: { readonly id: string },
  over: Partial<UpdateCard>,
): UpdateCard => ({ kind: "update_card", cardId: card.id, smallestLimit: 0, ...over });

type Named = { readonly id: string };

export const replacingCard = (card: Named, over: Partial<ReplaceCard> = {}): ReplaceCard => ({
  kind: "replace_card",
  cardId: card.id,
  newCardId: idIn(card),
  reason: "lost",
  issued: true,
  last4: "1881",
  expMonth: 12,
  expYear: 2032,
  ...over,
});

export const closing = (wallet: Named, sweepTo?: Named): CloseWallet => ({
  kind: "close_wallet",
  walletId: wallet.id,
  id: idIn(wallet),
  toWalletId: sweepTo?.id ?? null,
});

export const incrementing = (
  payment: Named,
  amount: number,
  over: Partial<Increment> = {},
): Increment => ({
  kind: "increment",
  id: idIn(payment),
  authorizationId: payment.id,
  amount,
  metadata: {},
  ...over,
});

/** Of all that is held without an amount; final as on the wire unless it says otherwise. */
export const capturing = (
  payment: Named,
  amount: number | null = null,
  over: Partial<Capture> = {},
): Capture => ({
  kind: "capture",
  id: idIn(payment),
  authorizationId: payment.id,
  amount,
  final: true,
  tolerances: [],
  metadata: {},
  ...over,
});

export const forcing = (
  card: Named,
  amount: number,
  over: Partial<ForceCapture> = {},
): ForceCapture => ({
  kind: "force_capture",
  id: idIn(card),
  captureId: idIn(card),
  cardId: card.id,
  amount,
  merchant: aMerchant(),
  merchantAmount: null,
  metadata: {},
  ...over,
});

export const reversing = (payment: Named, amount: number | null = null): Reverse => ({
  kind: "reverse",
  id: idIn(payment),
  authorizationId: payment.id,
  amount,
  metadata: {},
});

export const expiring = (payment: Named): Expire => ({
  kind: "expire",
  authorizationId: payment.id,
});

export const refunding = (payment: Named, amount: number, over: Partial<Refund> = {}): Refund => ({
  kind: "refund",
  id: idIn(payment),
  authorizationId: payment.id,
  amount,
  reference: null,
  metadata: {},
  ...over,
});

export const refundingCard = (
  card: Named,
  amount: number,
  over: Partial<RefundCard> = {},
): RefundCard => ({
  kind: "refund_card",
  id: idIn(card),
  cardId: card.id,
  amount,
  merchant: aMerchant(),
  reference: null,
  metadata: {},
  ...over,
});

/** What is stored of a number; nothing decrypts it. */
export const aSecret = (fingerprint = randomBytes(32).toString("hex")): CardSecret => ({
  numberCiphertext: randomBytes(44).toString("hex"),
  numberKeyVersion: 1,
  numberFingerprint: fingerprint,
});

/** A command under a key of its own. */
export const item = (command: StateCommand, over: Partial<JobItem> = {}): JobItem => ({
  command,
  key: `minted:${newId()}`,
  fingerprint: null,
  ...((command.kind === "create_card" || command.kind === "replace_card") && {
    secret: aSecret(),
  }),
  ...over,
});

/** The decision's events; a refusal fails the test with its code. */
export const eventsOf = (decision: Decision): Decided["events"] => {
  if (!decision.ok) throw new Error(`${decision.refusal.code}: ${decision.refusal.detail}`);
  return decision.events;
};

/** The refusal's code; a decision that refuses nothing fails the test. */
export const codeOf = (decision: Decision): string => {
  if (decision.ok) throw new Error("was not refused");
  return decision.refusal.code;
};

/** The element there; a gap fails the test. */
export const at = <T>(items: readonly T[], index: number): T => {
  const found = items.at(index);
  if (found === undefined) throw new Error(`nothing at ${index} of ${items.length}`);
  return found;
};
