import { genesisHash } from "../log/chain.ts";
import type { Card, CardRecord } from "../model/card.ts";
import type { DraftEvent, EventData } from "../model/event.ts";
import { noUsage } from "../model/usage.ts";
import type { Wallet, WalletRecord } from "../model/wallet.ts";
import { replay } from "./book.ts";
import type { State } from "./decision.ts";
import { consume } from "./usage.ts";

/** An event with its time; all that a projection needs of it. */
export type Happened = DraftEvent & { readonly at: number };

/**
 * The state after an event of its wallet. Pure, and the only way in which state
 * changes: the rows that a commit writes are what this returns.
 */
export const apply = (state: State, event: Happened): State => ({
  ...state,
  wallet: applyToWallet(state.wallet, event),
  ...(state.card && { card: applyToCard(state.card, event) }),
});

export const applyToWallet = (wallet: Wallet, event: Happened): Wallet => {
  const next = { ...wallet, version: wallet.version + 1, updatedAt: event.at };
  switch (event.type) {
    case "deposit.booked":
    case "withdrawal.booked":
    case "transfer.sent":
    case "transfer.received":
      return { ...next, ...replay(wallet, event.data.postings) };
    case "authorization.approved":
      return {
        ...next,
        ...replay(wallet, event.data.postings),
        usage: consume(wallet.usage, event.data.consumed),
        timezoneLocked: true,
      };
    case "authorization.declined":
      return { ...next, timezoneLocked: true };
    case "wallet.created":
    case "wallet.updated":
    case "wallet.frozen":
    case "wallet.unfrozen":
    case "wallet.deleted":
      return { ...next, ...settingsOf(event.data.wallet) };
    case "card.created":
    case "card.updated":
    case "card.frozen":
    case "card.unfrozen":
    case "card.terminated":
    case "card.deleted":
      return next;
  }
};

/** Cards change by their own events, and by payments, which count against their limits. */
export const applyToCard = (card: Card, event: Happened): Card => {
  switch (event.type) {
    case "authorization.approved":
      return event.data.authorization.cardId === card.id
        ? { ...card, usage: consume(card.usage, event.data.consumed) }
        : card;
    case "card.updated":
    case "card.frozen":
    case "card.unfrozen":
    case "card.terminated":
    case "card.deleted":
      return event.data.card.id === card.id ? changeCard(card, event) : card;
    case "wallet.deleted":
      return card.deletedAt === null
        ? { ...card, status: "terminated", deletedAt: event.at, updatedAt: event.at }
        : card;
    default:
      return card;
  }
};

type CardChange = Extract<
  Happened,
  { type: "card.updated" | "card.frozen" | "card.unfrozen" | "card.terminated" | "card.deleted" }
>;

const changeCard = (card: Card, event: CardChange): Card => ({
  ...card,
  ...cardSettingsOf(event.data.card),
  updatedAt: event.at,
  deletedAt: event.type === "card.deleted" ? event.at : card.deletedAt,
});

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
});

/** The card that its first event makes. */
export const createdCard = (organizationId: string, record: CardRecord, at: number): Card => ({
  id: record.id,
  organizationId,
  walletId: record.walletId,
  type: record.type,
  issued: record.issued,
  last4: record.last4,
  ...cardSettingsOf(record),
  usage: noUsage,
  replacementFor: record.replacementFor,
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
});
