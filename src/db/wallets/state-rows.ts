import { z } from "zod";
import type { Card } from "../../domain/wallets/model/card.ts";
import { cardTypes } from "../../domain/wallets/model/card.ts";
import type { Wallet } from "../../domain/wallets/model/wallet.ts";
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
    version,
    head_hash: z.string().length(64),
    created_at: moment,
    updated_at: moment,
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
      version: row.version,
      headHash: row.head_hash,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
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
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      deletedAt: row.deleted_at,
    }),
  );
