import { laneKeyOf } from "../../ids.ts";
import { isoTime, isoTimeOrNull } from "../../iso-time.ts";
import { operationOf, sourceOf } from "../log/projections.ts";
import { type Authorization, authorizationRecord } from "../model/authorization.ts";
import type { Card } from "../model/card.ts";
import type { WalletEvent } from "../model/event.ts";
import type { PostingRecord } from "../model/posting.ts";
import type { Usage } from "../model/usage.ts";
import type { Wallet } from "../model/wallet.ts";
import { limitWindows } from "../rules/limits.ts";
import type { StoredRow } from "./ports.ts";

/** What each projection's row must be, by column, after what the log says. */

export const walletRow = (wallet: Wallet): StoredRow => ({
  id: wallet.id,
  organization_id: wallet.organizationId,
  lane_key: laneKeyOf(wallet.id),
  team_id: wallet.teamId,
  user_id: wallet.userId,
  name: wallet.name,
  currency: wallet.currency,
  timezone: wallet.timezone,
  timezone_locked: wallet.timezoneLocked,
  status: wallet.status,
  available: String(wallet.available),
  held: String(wallet.held),
  receivable: String(wallet.receivable),
  limits: wallet.limits,
  usage: usageRow(wallet.usage),
  controls: wallet.controls,
  metadata: wallet.metadata,
  low_balance_threshold: textOrNull(wallet.lowBalanceThreshold),
  version: String(wallet.version),
  head_hash: wallet.headHash,
  created_at: isoTime(wallet.createdAt),
  updated_at: isoTime(wallet.updatedAt),
  deleted_at: isoTimeOrNull(wallet.deletedAt),
});

/** All but the number, which is not in the log. */
export const cardRow = (card: Card): StoredRow => ({
  id: card.id,
  organization_id: card.organizationId,
  lane_key: laneKeyOf(card.walletId),
  wallet_id: card.walletId,
  cardholder_id: card.cardholderId,
  name: card.name,
  type: card.type,
  issued: card.issued,
  status: card.status,
  last4: card.last4,
  exp_month: card.expMonth,
  exp_year: card.expYear,
  limits: card.limits,
  usage: usageRow(card.usage),
  controls: card.controls,
  metadata: card.metadata,
  replacement_for: card.replacementFor,
  replaced_by: card.replacedBy,
  locked_merchant_id: card.lockedMerchantId,
  created_at: isoTime(card.createdAt),
  updated_at: isoTime(card.updatedAt),
  deleted_at: isoTimeOrNull(card.deletedAt),
});

/** All but `updated_at`, which is the time of the commit's last event. */
export const authorizationRow = (payment: Authorization): StoredRow => {
  const record = authorizationRecord(payment);
  return {
    lane_key: laneKeyOf(payment.walletId),
    id: record.id,
    organization_id: payment.organizationId,
    wallet_id: record.walletId,
    card_id: record.cardId,
    approved: record.approved,
    forced: record.forced,
    status: record.status,
    reasons: record.reasons,
    requested_amount: String(record.requestedAmount),
    amount: String(record.amount),
    held: String(record.held),
    captured: String(record.captured),
    reversed: String(record.reversed),
    refunded: String(record.refunded),
    currency: record.currency,
    merchant: record.merchant,
    merchant_amount: record.merchantAmount,
    consumed: payment.consumed,
    metadata: record.metadata,
    expires_at: record.expiresAt,
    decision_sequence: String(payment.decisionSequence),
    sequence: String(payment.sequence),
    created_at: record.createdAt,
  };
};

export const postingRows = (event: WalletEvent, organizationId: string): StoredRow[] => {
  const postings: readonly PostingRecord[] = "postings" in event.data ? event.data.postings : [];
  if (postings.length === 0) return [];
  const source = sourceOf(event);
  return postings.map((posting, ordinal) => ({
    lane_key: laneKeyOf(event.walletId),
    wallet_id: event.walletId,
    sequence: String(event.sequence),
    ordinal,
    organization_id: organizationId,
    kind: posting.kind,
    debit: posting.debit,
    credit: posting.credit,
    amount: String(posting.amount),
    currency: source.currency,
    source_id: source.id,
    card_id: source.cardId,
    reference: source.reference,
    available_after: String(posting.available),
    held_after: String(posting.held),
    receivable_after: String(posting.receivable),
    effective_at: isoTime(source.effectiveAt === null ? event.at : Date.parse(source.effectiveAt)),
    recorded_at: isoTime(event.at),
  }));
};

export const operationRow = (event: WalletEvent, organizationId: string): StoredRow | undefined => {
  const operation = operationOf(event);
  return (
    operation && {
      lane_key: laneKeyOf(event.walletId),
      id: operation.id,
      organization_id: organizationId,
      wallet_id: event.walletId,
      kind: operation.kind,
      authorization_id: operation.authorizationId,
      record: operation.record,
      sequence: String(event.sequence),
      created_at: isoTime(event.at),
    }
  );
};

/** `[start, amount, count]` a window. */
const usageRow = (usage: Usage) =>
  Object.fromEntries(
    limitWindows.map((window) => {
      const { start, amount, count } = usage[window];
      return [window, [start, amount.toString(), count]];
    }),
  );

const textOrNull = (value: number | null): string | null => (value === null ? null : String(value));
