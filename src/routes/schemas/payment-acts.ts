import * as z from "zod";
import { reasons } from "../../domain/wallets/rules/reasons.ts";
import { amount, balance } from "./amount.ts";
import { id } from "./id.ts";
import { merchantView } from "./merchant.ts";
import { metadata } from "./metadata.ts";
import { time } from "./time.ts";

/** What became of a payment: increments, captures, reversals and refunds, as they are answered. */

const act = { id, authorizationId: id, currency: z.string(), metadata, createdAt: time };

export const increment = z.object({
  ...act,
  approved: z.boolean(),
  reasons: z.array(z.enum(reasons)),
  amount,
});

export const capture = z.object({
  ...act,
  amount,
  uncovered: balance.describe(
    "The part that no hold covered: over the hold, after expiry, or forced.",
  ),
  final: z.boolean(),
  kind: z.enum(["held", "late", "forced"]),
});

export const reversal = z.object({ ...act, amount });

export const refund = z.object({
  ...act,
  authorizationId: id.nullable().describe("null of a refund that names no payment."),
  cardId: id,
  walletId: id,
  amount,
  merchant: merchantView,
  reference: z.string().nullable(),
});

/** The labels of an act in a request. */
export const actMetadata = metadata
  .nullable()
  .optional()
  .transform((value) => value ?? undefined);
