import { Hono } from "hono";
import * as z from "zod";
import type { HonoEnv, Router } from "./hono-env.ts";
import { operation } from "./operation.ts";
import { operationReads } from "./operation-reads.ts";
import { amount } from "./schemas/amount.ts";
import { authorization, merchantAmount } from "./schemas/authorization.ts";
import { id } from "./schemas/id.ts";
import { merchant } from "./schemas/merchant.ts";
import { busy } from "./schemas/movement.ts";
import { actMetadata, capture, increment, reversal } from "./schemas/payment-acts.ts";
import type { Services } from "./services.ts";

const tag = "Authorizations";

const notOpen = ["authorization_not_open", ...busy] as const;

const notOpenOrTooLarge = ["balance_too_large", ...notOpen] as const;

/** What becomes of an authorized payment. Each answers with the payment as it is after it. */
export const paymentActRoutes = ({ wallets }: Pick<Services, "wallets">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/authorizations/:id/increments",
    {
      id: "createIncrement",
      tag,
      summary: "Hold more for a payment",
      description: "Asks all controls again. A decline is 201 with `approved` false.",
      scope: "authorizations:write",
      body: z.strictObject({ amount, metadata: actMetadata }),
      success: { status: 201, data: increment.extend({ authorization }) },
      refusals: notOpenOrTooLarge,
    },
    ({ actor, params, body }) => wallets.increment(actor, params.id, body),
  );
  operation(
    router,
    "post",
    "/authorizations/:id/captures",
    {
      id: "createCapture",
      tag,
      summary: "Capture a payment",
      description:
        "All that is held unless an amount is given; over it only within the tolerance of the merchant's category. " +
        "A final capture (the default) releases what it leaves. After expiry it is a late capture, which cannot be refused for want of funds.",
      scope: "authorizations:write",
      body: z.strictObject({
        amount: amount.optional(),
        final: z.boolean().optional(),
        metadata: actMetadata,
      }),
      success: { status: 201, data: capture.extend({ authorization }) },
      refusals: ["capture_exceeds_authorization", ...notOpenOrTooLarge],
    },
    ({ actor, params, body }) => wallets.capture(actor, params.id, body),
  );
  operation(
    router,
    "post",
    "/authorizations/:id/reversals",
    {
      id: "createReversal",
      tag,
      summary: "Give a hold back",
      description: "All that is held unless an amount is given.",
      scope: "authorizations:write",
      body: z.strictObject({ amount: amount.optional(), metadata: actMetadata }),
      success: { status: 201, data: reversal.extend({ authorization }) },
      refusals: ["reversal_exceeds_hold", ...notOpen],
    },
    ({ actor, params, body }) => wallets.reverse(actor, params.id, body),
  );
  operation(
    router,
    "post",
    "/captures",
    {
      id: "createForcedCapture",
      tag,
      summary: "Capture a payment that was not authorized",
      description:
        "Cannot be refused: it takes what is available, and the rest is owed. Makes an authorization that is closed at once.",
      scope: "authorizations:write",
      body: z.strictObject({
        cardId: id,
        amount,
        merchant: merchant.optional(),
        merchantAmount: merchantAmount.optional(),
        metadata: actMetadata,
      }),
      success: { status: 201, data: capture.extend({ authorization }) },
      refusals: ["not_found", "balance_too_large", ...busy],
    },
    ({ actor, body }) => wallets.forceCapture(actor, body),
  );
  for (const [kind, one, schema] of [
    ["increment", "Increment", increment],
    ["capture", "Capture", capture],
    ["reversal", "Reversal", reversal],
  ] as const) {
    operationReads(router, wallets, {
      kind,
      scope: "authorizations:read",
      tag,
      path: `/authorizations/:id/${kind}s`,
      parent: "authorizationId",
      one,
      many: `${one}s`,
      schema,
    });
  }
  return router;
};
