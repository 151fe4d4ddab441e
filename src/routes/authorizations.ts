import { Hono } from "hono";
import * as z from "zod";
import {
  type AuthorizationRecord,
  authorizationStatuses,
} from "../domain/wallets/model/authorization.ts";
import { reasons } from "../domain/wallets/rules/reasons.ts";
import type { Decision } from "../observability/answered-request.ts";
import type { HonoEnv, Router } from "./hono-env.ts";
import { listQuery } from "./list-query.ts";
import { operation } from "./operation.ts";
import { authorization, authorizationBody } from "./schemas/authorization.ts";
import { batchAnswer, batchBody, toBatchAnswer } from "./schemas/batch.ts";
import { id } from "./schemas/id.ts";
import { busy } from "./schemas/movement.ts";
import type { Services } from "./services.ts";

const query = listQuery(
  { createdAt: "time" },
  {
    walletId: id.optional(),
    cardId: id.optional(),
    status: z.enum(authorizationStatuses).optional(),
  },
);

const number = z.int().nullable();

const explanation = z.object({
  authorization,
  controls: z
    .array(
      z.object({
        control: z.enum(reasons).describe("Named like the reason it gives when it fails."),
        verdict: z.enum(["passed", "failed"]),
        unit: z.enum(["amount", "count"]).nullable(),
        limit: number,
        used: number,
        headroom: number.describe("What it would still have let through."),
      }),
    )
    .describe("Every control that was asked, in evaluation order."),
});

const refusals = ["not_found", "currency_mismatch", ...busy] as const;

export const authorizationRoutes = ({ wallets }: Pick<Services, "wallets">): Router => {
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
      body: authorizationBody,
      success: { status: 201, data: authorization },
      refusals,
    },
    async ({ actor, body, c }) => {
      const result = await wallets.authorize(actor, body);
      if (result.ok && !result.replayed) c.set("decisions", [decisionOf(result.value)]);
      return result;
    },
  );
  operation(
    router,
    "post",
    "/authorizations/batch",
    {
      id: "createAuthorizationBatch",
      tag: "Authorizations",
      summary: "Authorize many card payments",
      description:
        "Each has an outcome of its own; with `atomic` all are approved or none, and a decline is a refusal of all.",
      scope: "authorizations:write",
      body: batchBody(authorizationBody),
      success: { status: 200, data: batchAnswer(authorization) },
      refusals: [...refusals, "payment_declined", "too_many_at_once"],
    },
    async ({ actor, body, c }) => {
      const result = await wallets.authorizeBatch(actor, body);
      if (!result.ok) return result;
      c.set(
        "decisions",
        result.value.flatMap((one) => (one.ok && !one.replayed ? [decisionOf(one.value)] : [])),
      );
      return { ...result, value: toBatchAnswer(result.value) };
    },
  );
  operation(
    router,
    "post",
    "/authorizations/dry-run",
    {
      id: "dryRunAuthorization",
      tag: "Authorizations",
      summary: "Try a card payment",
      description: "The decision as it would be now, with every control; nothing is committed.",
      scope: "authorizations:read",
      body: authorizationBody,
      success: { status: 200, data: explanation },
      refusals: ["not_found", "currency_mismatch", "wallet_closed", "overloaded"],
    },
    ({ actor, body }) => wallets.dryRunAuthorization(actor, body),
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
  operation(
    router,
    "get",
    "/authorizations/:id/explanation",
    {
      id: "explainAuthorization",
      tag: "Authorizations",
      summary: "Explain a decision",
      description: "What each control said when the payment was decided, and by which numbers.",
      scope: "authorizations:read",
      success: { status: 200, data: explanation },
    },
    ({ actor, params }) => wallets.explainAuthorization(actor, params.id),
  );
  return router;
};

/** What metrics, log and trace tell of a decision. */
const decisionOf = (decided: AuthorizationRecord): Decision => {
  const { approved, amount, requestedAmount, currency, reasons } = decided;
  if (!approved) return { outcome: "declined", reason: reasons[0] ?? "", currency, amountMinor: 0 };
  const outcome = amount < requestedAmount ? "partial" : "approved";
  return { outcome, reason: "", currency, amountMinor: amount };
};
