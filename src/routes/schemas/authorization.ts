import * as z from "zod";
import { authorizationStatuses } from "../../domain/wallets/model/authorization.ts";
import { reasons } from "../../domain/wallets/rules/reasons.ts";
import { amount, amountOrZero, balance } from "./amount.ts";
import { currency } from "./currency.ts";
import { id } from "./id.ts";
import { merchant, merchantView } from "./merchant.ts";
import { metadata } from "./metadata.ts";
import { time } from "./time.ts";

/** Longer than any network lets a hold live. */
const longestHoldSeconds = 366 * 86_400;

export const merchantAmount = z
  .strictObject({ amount, currency })
  .describe("The charge in the merchant's own currency: information only.");

export const authorizationBody = z.strictObject({
  cardId: id,
  amount: amountOrZero.describe("Minor units of the wallet's currency; 0 is a card check."),
  currency: currency.optional().describe("Must be the wallet's currency where it is given."),
  merchant: merchant.optional(),
  merchantAmount: merchantAmount.optional(),
  partialApproval: z.boolean().optional(),
  expiresInSeconds: z.int().min(1).max(longestHoldSeconds).optional(),
  metadata: metadata
    .nullable()
    .optional()
    .transform((value) => value ?? undefined),
});

export const authorization = z.object({
  id,
  cardId: id,
  walletId: id,
  approved: z.boolean().describe("The original decision; it never changes."),
  forced: z.boolean().describe("Captured without having been authorized."),
  status: z.enum(authorizationStatuses),
  reasons: z.array(z.enum(reasons)).describe("Every control that failed, in evaluation order."),
  requestedAmount: balance,
  amount: balance,
  held: balance,
  captured: balance,
  reversed: balance,
  refunded: balance,
  currency: z.string(),
  merchant: merchantView,
  merchantAmount: z.object({ amount: z.int(), currency: z.string() }).nullable(),
  expiresAt: time.nullable(),
  metadata,
  createdAt: time,
});
