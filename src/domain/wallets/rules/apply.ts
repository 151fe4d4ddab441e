import { genesisHash } from "../log/chain.ts";
import {
  type Authorization,
  type AuthorizationRecord,
  authorizationState,
} from "../model/authorization.ts";
import type { Card, CardRecord } from "../model/card.ts";
import type { DraftEvent, EventData } from "../model/event.ts";
import type { PostingRecord } from "../model/posting.ts";
import { type Consumption, noUsage, type Usage, type UsageRecord } from "../model/usage.ts";
import type { Wallet, WalletRecord } from "../model/wallet.ts";
import { replay } from "./book.ts";
import type { State } from "./decision.ts";
import { consume, giveBack, usageState, withoutReturned } from "./usage.ts";

/** An event with its time; all that a wallet or card needs of it. */
export type Happened = DraftEvent & { readonly at: number };

/** An event with its place in the log, which a payment remembers. */
export type Placed = Happened & { readonly sequence: number };

/**
 * The state after an event of its wallet. Pure, and the only way in which state
 * changes: the rows that a commit writes are what this returns. Balances change by
 * `postings`, usage by `consumed` and `returned`, all else by the records that events
 * carry.
 */
export const apply = (state: State, event: Placed): State => {
  const authorization = applyToAuthorization(
    state.authorization,
    event,
    state.wallet.organizationId,
  );
  return {
    ...state,
    wallet: applyToWallet(state.wallet, event),
    ...(state.card && { card: applyToCard(state.card, event) }),
    ...(authorization && { authorization }),
  };
};

export const applyToWallet = (wallet: Wallet, event: Happened): Wallet => {
  const { postings, consumed, returned } = movesOf(event);
  return {
    ...wallet,
    ...(postings && replay(wallet, postings)),
    usage: nextUsage(wallet.usage, consumed, returned),
    ...settingsChangedBy(event),
    version: wallet.version + 1,
    updatedAt: event.at,
  };
};

/** What of an event moves money and usage; the same fields on every type that has them. */
const movesOf = (event: Happened): Moves => event.data as Moves;

interface Moves {
  readonly postings?: readonly PostingRecord[];
  readonly consumed?: Consumption | null;
  readonly returned?: readonly Consumption[];
}

const nextUsage = (
  usage: Usage,
  consumed: Consumption | null | undefined,
  returned: readonly Consumption[] | undefined,
): Usage => {
  const counted = consumed ? consume(usage, consumed) : usage;
  return returned && returned.length > 0 ? giveBack(counted, returned) : counted;
};

const settingsChangedBy = (event: Happened): Partial<Wallet> => {
  switch (event.type) {
    case "wallet.created":
    case "wallet.updated":
    case "wallet.frozen":
    case "wallet.unfrozen":
    case "wallet.closed":
      return settingsOf(event.data.wallet);
    case "wallet.deleted":
      return { ...settingsOf(event.data.wallet), deletedAt: event.at };
    case "authorization.approved":
    case "authorization.declined":
    case "authorization.forced":
      return { timezoneLocked: true };
    default:
      return {};
  }
};

/** Cards change by their own events, and by payments, which count against their limits. */
export const applyToCard = (card: Card, event: Happened): Card => {
  switch (event.type) {
    case "card.updated":
    case "card.frozen":
    case "card.unfrozen":
    case "card.terminated":
    case "card.replaced":
    case "card.deleted":
      return event.data.card.id === card.id
        ? {
            ...card,
            ...cardSettingsOf(event.data.card),
            updatedAt: event.at,
            deletedAt: event.type === "card.deleted" ? event.at : card.deletedAt,
          }
        : card;
    case "wallet.closed":
      return card.status === "terminated"
        ? card
        : { ...card, status: "terminated", updatedAt: event.at };
    case "wallet.deleted":
      return card.deletedAt === null
        ? { ...card, status: "terminated", deletedAt: event.at, updatedAt: event.at }
        : card;
    default:
      return applyPayment(card, event);
  }
};

const applyPayment = (card: Card, event: Happened): Card => {
  if (!("authorization" in event.data) || event.data.authorization.cardId !== card.id) return card;
  const { consumed, returned } = movesOf(event);
  const usage = nextUsage(card.usage, consumed, returned);
  const merchantId = event.data.authorization.merchant.id;
  const locks =
    card.type === "merchant_locked" &&
    card.lockedMerchantId === null &&
    event.type === "authorization.approved";
  if (usage === card.usage && !locks) return card;
  return { ...card, usage, ...(locks && { lockedMerchantId: merchantId }) };
};

/** The payment that an event made or changed; `undefined` if the event is of no payment. */
export const applyToAuthorization = (
  before: Authorization | undefined,
  event: Placed,
  organizationId: string,
): Authorization | undefined => {
  if (!("authorization" in event.data)) return before;
  const { consumed, returned } = movesOf(event);
  const kept = withoutReturned(before?.consumed ?? [], returned ?? []);
  return authorizationState(event.data.authorization, {
    organizationId,
    consumed: consumed && consumed.amount > 0 ? [...kept, consumed] : kept,
    decisionSequence: before?.decisionSequence ?? event.sequence,
    sequence: event.sequence,
  });
};

/** The record of the payment that an event made or changed. */
export const paymentOf = (event: DraftEvent): AuthorizationRecord | undefined =>
  "authorization" in event.data ? event.data.authorization : undefined;

/** The wallet that its first event makes. */
export const openedWallet = (
  organizationId: string,
  data: EventData["wallet.created"],
  at: number,
): Wallet => ({
  id: data.wallet.id,
  organizationId,
  teamId: data.wallet.teamId,
  userId: data.wallet.userId,
  currency: data.wallet.currency,
  ...settingsOf(data.wallet),
  timezoneLocked: false,
  available: 0n,
  held: 0n,
  receivable: 0n,
  usage: noUsage,
  version: 1,
  headHash: genesisHash,
  createdAt: at,
  updatedAt: at,
  deletedAt: null,
});

/** The card that its first event makes. */
export const createdCard = (
  organizationId: string,
  card: CardRecord,
  at: number,
  usage?: UsageRecord,
): Card => ({
  id: card.id,
  organizationId,
  walletId: card.walletId,
  type: card.type,
  issued: card.issued,
  last4: card.last4,
  ...cardSettingsOf(card),
  usage: usage ? usageState(usage) : noUsage,
  replacementFor: card.replacementFor,
  createdAt: at,
  updatedAt: at,
  deletedAt: null,
});

const settingsOf = (record: WalletRecord) => ({
  name: record.name,
  timezone: record.timezone,
  status: record.status,
  limits: record.limits,
  controls: record.controls,
  metadata: record.metadata,
  lowBalanceThreshold: record.lowBalanceThreshold,
});

const cardSettingsOf = (record: CardRecord) => ({
  cardholderId: record.cardholderId,
  name: record.name,
  status: record.status,
  expMonth: record.expMonth,
  expYear: record.expYear,
  limits: record.limits,
  controls: record.controls,
  metadata: record.metadata,
  replacedBy: record.replacedBy,
  lockedMerchantId: record.lockedMerchantId,
});
