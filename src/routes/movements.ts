import { Hono } from "hono";
import * as z from "zod";
import type { HonoEnv, Router } from "./hono-env.ts";
import { operation } from "./operation.ts";
import { operationReads } from "./operation-reads.ts";
import { amount, balance } from "./schemas/amount.ts";
import { id } from "./schemas/id.ts";
import { metadata } from "./schemas/metadata.ts";
import { busy, movementBody } from "./schemas/movement.ts";
import { time } from "./schemas/time.ts";
import type { Services } from "./services.ts";

const movement = z.object({
  id,
  walletId: id,
  amount,
  currency: z.string(),
  reference: z.string().nullable(),
  metadata,
  available: balance,
  held: balance,
  receivable: balance,
  effectiveAt: time,
  corrects: id.nullable(),
  createdAt: time,
});

/** Money in and out of a wallet. */
export const movementRoutes = ({ wallets }: Pick<Services, "wallets">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/wallets/:id/deposits",
    {
      id: "createDeposit",
      tag: "Money",
      summary: "Deposit money",
      scope: "money:write",
      body: movementBody,
      success: { status: 201, data: movement },
      refusals: ["balance_too_large", ...busy],
    },
    ({ actor, params, body }) => wallets.deposit(actor, params.id, body),
  );
  operation(
    router,
    "post",
    "/wallets/:id/withdrawals",
    {
      id: "createWithdrawal",
      tag: "Money",
      summary: "Withdraw money",
      description: "What is held for card payments cannot be withdrawn.",
      scope: "money:write",
      body: movementBody,
      success: { status: 201, data: movement },
      refusals: ["insufficient_funds", "wallet_frozen", ...busy],
    },
    ({ actor, params, body }) => wallets.withdraw(actor, params.id, body),
  );
  for (const [kind, one] of [
    ["deposit", "Deposit"],
    ["withdrawal", "Withdrawal"],
  ] as const) {
    operationReads(router, wallets, {
      kind,
      scope: "wallets:read",
      tag: "Money",
      path: `/wallets/:id/${kind}s`,
      parent: "walletId",
      one,
      many: `${one}s`,
      schema: movement,
    });
  }
  return router;
};
