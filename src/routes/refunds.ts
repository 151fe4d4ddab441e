import { Hono } from "hono";
import * as z from "zod";
import type { HonoEnv, Router } from "./hono-env.ts";
import { operation } from "./operation.ts";
import { operationReads } from "./operation-reads.ts";
import { amount } from "./schemas/amount.ts";
import { authorization } from "./schemas/authorization.ts";
import { id } from "./schemas/id.ts";
import { merchant } from "./schemas/merchant.ts";
import { busy } from "./schemas/movement.ts";
import { actMetadata, refund } from "./schemas/payment-acts.ts";
import { text } from "./schemas/text.ts";
import type { Services } from "./services.ts";

const fields = {
  amount,
  reference: text(200).nullable().optional(),
  metadata: actMetadata,
};

const createBody = z
  .strictObject({
    authorizationId: id.optional(),
    cardId: id.optional(),
    merchant: merchant.optional(),
    ...fields,
  })
  .transform(({ authorizationId, cardId, merchant, ...rest }, context) => {
    if (authorizationId !== undefined && cardId === undefined && merchant === undefined) {
      return { authorizationId, ...rest };
    }
    if (cardId !== undefined && authorizationId === undefined) return { cardId, merchant, ...rest };
    const wrong = authorizationId !== undefined && cardId === undefined ? ["merchant"] : bothIds;
    for (const path of wrong) {
      const message =
        path === "merchant"
          ? "Is known from the authorization"
          : "Exactly one of the two is needed";
      context.addIssue({ code: "custom", path: [path], message });
    }
    return z.NEVER;
  });

const bothIds = ["authorizationId", "cardId"];

export const refundRoutes = ({ wallets }: Pick<Services, "wallets">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/refunds",
    {
      id: "createRefund",
      tag: "Authorizations",
      summary: "Refund a payment",
      description: "Linked to an authorization, never above what was captured; or to a card alone.",
      scope: "authorizations:write",
      body: createBody,
      success: {
        status: 201,
        data: refund.extend({ authorization: authorization.nullable() }),
      },
      refusals: ["not_found", "refund_exceeds_capture", "balance_too_large", ...busy],
    },
    ({ actor, body }) => wallets.refund(actor, body),
  );
  operationReads(router, wallets, {
    kind: "refund",
    scope: "authorizations:read",
    tag: "Authorizations",
    path: "/refunds",
    one: "Refund",
    many: "Refunds",
    schema: refund,
  });
  return router;
};
