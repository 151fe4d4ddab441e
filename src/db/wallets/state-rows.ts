import * as z from "zod";
import {
  type Authorization,
  authorizationStatuses,
} from "../../domain/wallets/model/authorization.ts";
import type { Card } from "../../domain/wallets/model/card.ts";
import { cardTypes } from "../../domain/wallets/model/card.ts";
import type { Wallet } from "../../domain/wallets/model/wallet.ts";
import { reasons } from "../../domain/wallets/rules/reasons.ts";
import { limits, metadata } from "../columns.ts";
import { usageFromJson } from "./usage-json.ts";

/** Rows of `wallets` and `cards` as `row_to_json` writes them, read as the rules' state. */

const money = z
  .union([z.int().nonnegative(), z.string().regex(/^\d+$/)])
  .transform((value) => BigInt(value));
const version = z.union([z.int().positive(), z.string().regex(/^\d+$/).transform(Number)]);
const moment = z
  .union([z.date(), z.string()])
  .transform((value) => new Date(value).getTime())
  .pipe(z.int());

const list = z
  .object({
    allow: z.array(z.string()).exactOptional(),
    block: z.array(z.string()).exactOptional(),
  })
  .nullable();

export const controls = z.object({ merchants: list, categories: list, countries: list });

export const walletState = z
  .object({
    id: z.string(),
    organization_id: z.string(),
    team_id: z.string().nullable(),
    user_id: z.string().nullable(),
    name: z.string(),
    currency: z.string(),
    timezone: z.string(),
    timezone_locked: z.boolean(),
    status: z.enum(["active", "frozen", "closed"]),
    available: money,
    held: money,
    receivable: money,
    limits,
    usage: usageFromJson,
    controls,
    metadata,
    low_balance_threshold: z.coerce.number().pipe(z.int()).nullable(),
    version,
    head_hash: z.string().length(64),
    created_at: moment,
    updated_at: moment,
    deleted_at: moment.nullable(),
  })
  .transform(
    (row): Wallet => ({
      id: row.id,
      organizationId: row.organization_id,
      teamId: row.team_id,
      userId: row.user_id,
      name: row.name,
      currency: row.currency,
      timezone: row.timezone,
      timezoneLocked: row.timezone_locked,
      status: row.status,
      available: row.available,
      held: row.held,
      receivable: row.receivable,
      limits: row.limits,
      usage: row.usage,
      controls: row.controls,
      metadata: row.metadata,
      lowBalanceThreshold: row.low_balance_threshold,
      version: row.version,
      headHash: row.head_hash,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      deletedAt: row.deleted_at,
    }),
  );

export const cardState = z
  .object({
    id: z.string(),
    organization_id: z.string(),
    wallet_id: z.string(),
    cardholder_id: z.string().nullable(),
    name: z.string().nullable(),
    type: z.enum(cardTypes),
    issued: z.boolean(),
    status: z.enum(["active", "frozen", "terminated"]),
    last4: z.string(),
    exp_month: z.int(),
    exp_year: z.int(),
    limits,
    usage: usageFromJson,
    controls,
    metadata,
    replacement_for: z.string().nullable(),
    replaced_by: z.string().nullable(),
    locked_merchant_id: z.string().nullable(),
    created_at: moment,
    updated_at: moment,
    deleted_at: moment.nullable(),
  })
  .transform(
    (row): Card => ({
      id: row.id,
      organizationId: row.organization_id,
      walletId: row.wallet_id,
      cardholderId: row.cardholder_id,
      name: row.name,
      type: row.type,
      issued: row.issued,
      status: row.status,
      last4: row.last4,
      expMonth: row.exp_month,
      expYear: row.exp_year,
      limits: row.limits,
      usage: row.usage,
      controls: row.controls,
      metadata: row.metadata,
      replacementFor: row.replacement_for,
      replacedBy: row.replaced_by,
      lockedMerchantId: row.locked_merchant_id,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      deletedAt: row.deleted_at,
    }),
  );

const windows = z.object({
  day: z.string(),
  week: z.string(),
  month: z.string(),
  year: z.string(),
  lifetime: z.string(),
});

export const authorizationState = z
  .object({
    id: z.string(),
    organization_id: z.string(),
    wallet_id: z.string(),
    card_id: z.string(),
    approved: z.boolean(),
    forced: z.boolean(),
    status: z.enum(authorizationStatuses),
    reasons: z.array(z.enum(reasons)),
    requested_amount: money,
    amount: money,
    held: money,
    captured: money,
    reversed: money,
    refunded: money,
    currency: z.string(),
    merchant: z.object({
      id: z.string().nullable(),
      name: z.string().nullable(),
      category: z.string().nullable(),
      country: z.string().nullable(),
    }),
    merchant_amount: z.object({ amount: z.int(), currency: z.string() }).nullable(),
    consumed: z.array(z.object({ amount: z.int(), count: z.int(), windows })),
    metadata,
    expires_at: moment.nullable(),
    decision_sequence: version,
    sequence: version,
    created_at: moment,
  })
  .transform(
    (row): Authorization => ({
      id: row.id,
      organizationId: row.organization_id,
      cardId: row.card_id,
      walletId: row.wallet_id,
      approved: row.approved,
      forced: row.forced,
      status: row.status,
      reasons: row.reasons,
      requestedAmount: row.requested_amount,
      amount: row.amount,
      held: row.held,
      captured: row.captured,
      reversed: row.reversed,
      refunded: row.refunded,
      currency: row.currency,
      merchant: row.merchant,
      merchantAmount: row.merchant_amount,
      consumed: row.consumed,
      metadata: row.metadata,
      expiresAt: row.expires_at,
      createdAt: row.created_at,
      decisionSequence: row.decision_sequence,
      sequence: row.sequence,
    }),
  );
