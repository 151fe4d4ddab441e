import { Hono } from "hono";
import { z } from "zod";
import {
  type AuthorizationRecord,
  authorizationStatuses,
} from "../domain/wallets/model/authorization.ts";
import { reasons } from "../domain/wallets/rules/reasons.ts";
import type { HonoEnv, Router } from "./hono-env.ts";
import { listQuery } from "./list-query.ts";
import { operation } from "./operation.ts";
import { amount, amountOrZero, balance } from "./schemas/amount.ts";
import { currency } from "./schemas/currency.ts";
import { id } from "./schemas/id.ts";
import { merchant, merchantView } from "./schemas/merchant.ts";
import { metadata } from "./schemas/metadata.ts";
import { busy } from "./schemas/movement.ts";
import { time } from "./schemas/time.ts";
import type { Services } from "./services.ts";

/** Longer than any network lets a hold live. */
const longestHoldSeconds = 366 * 86_400;

const merchantAmount = z
  .strictObject({ amount, currency })
  .describe("The charge in the merchant's own currency: information only.");

const createBody = z.strictObject({
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

const authorization = z.object({
  id,
  cardId: id,
  walletId: id,
  approved: z.boolean().describe("The original decision; it never changes."),
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

const query = listQuery(
  { createdAt: "time" },
  {
    walletId: id.optional(),
    cardId: id.optional(),
    status: z.enum(authorizationStatuses).optional(),
  },
);

export const authorizationRoutes = ({
  wallets,
  metrics,
}: Pick<Services, "wallets" | "metrics">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/authorizations",
    {
      id: "createAuthorization",
      tag: "Authorizations",
      summary: "Authorize a card payment",
      description:
        "Approves or declines in real time. A decline is an outcome too: 201 with `approved` false and every reason.",
      scope: "authorizations:write",
      body: createBody,
      success: { status: 201, data: authorization },
      refusals: ["not_found", "currency_mismatch", ...busy],
    },
    async ({ actor, body }) => {
      const result = await wallets.authorize(actor, body);
      if (result.ok && !result.replayed) metrics.authorizations.inc(labelsOf(result.value));
      return result;
    },
  );
  operation(
    router,
    "get",
    "/authorizations",
    {
      id: "listAuthorizations",
      tag: "Authorizations",
      summary: "List authorizations",
      scope: "authorizations:read",
      query,
      success: { status: 200, list: authorization },
    },
    ({ actor, query: { page, filters } }) => wallets.listAuthorizations(actor, page, filters),
  );
  operation(
    router,
    "get",
    "/authorizations/:id",
    {
      id: "getAuthorization",
      tag: "Authorizations",
      summary: "Read an authorization",
      scope: "authorizations:read",
      success: { status: 200, data: authorization },
    },
    ({ actor, params }) => wallets.getAuthorization(actor, params.id),
  );
  return router;
};

const labelsOf = ({ approved, amount, requestedAmount, reasons }: AuthorizationRecord) => ({
  outcome: !approved ? "declined" : amount < requestedAmount ? "partial" : "approved",
  reason: approved ? "" : (reasons[0] ?? ""),
});
