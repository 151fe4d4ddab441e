import { Hono } from "hono";
import * as z from "zod";
import type { HonoEnv, Router } from "./hono-env.ts";
import { operation } from "./operation.ts";
import { operationReads } from "./operation-reads.ts";
import { amount } from "./schemas/amount.ts";
import { batchAnswer, batchBody, toBatchAnswer } from "./schemas/batch.ts";
import { id } from "./schemas/id.ts";
import { metadata } from "./schemas/metadata.ts";
import { busy, movementFields } from "./schemas/movement.ts";
import { time } from "./schemas/time.ts";
import type { Services } from "./services.ts";

const createBody = z.strictObject({ fromWalletId: id, toWalletId: id, ...movementFields });

const transfer = z.object({
  id,
  fromWalletId: id,
  toWalletId: id,
  amount,
  currency: z.string(),
  reference: z.string().nullable(),
  metadata,
  effectiveAt: time,
  corrects: id.nullable(),
  createdAt: time,
});

const refusals = [
  "not_found",
  "insufficient_funds",
  "balance_too_large",
  "wallet_frozen",
  "currency_mismatch",
  ...busy,
] as const;

export const transferRoutes = ({ wallets }: Pick<Services, "wallets">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/transfers",
    {
      id: "createTransfer",
      tag: "Money",
      summary: "Move money from one wallet to another",
      description: "Both wallets must be in the same currency. Both change or neither.",
      scope: "money:write",
      body: createBody,
      success: { status: 201, data: transfer },
      refusals,
    },
    ({ actor, body }) => wallets.transfer(actor, body),
  );
  operation(
    router,
    "post",
    "/transfers/batch",
    {
      id: "createTransferBatch",
      tag: "Money",
      summary: "Make many transfers",
      description: "Each has an outcome of its own; with `atomic` all are made or none.",
      scope: "money:write",
      body: batchBody(createBody),
      success: { status: 200, data: batchAnswer(transfer) },
      refusals: [...refusals, "too_many_at_once"],
    },
    async ({ actor, body }) => {
      const result = await wallets.transferBatch(actor, body);
      return result.ok ? { ...result, value: toBatchAnswer(result.value) } : result;
    },
  );
  operationReads(router, wallets, {
    kind: "transfer",
    scope: "wallets:read",
    tag: "Money",
    path: "/transfers",
    one: "Transfer",
    many: "Transfers",
    schema: transfer,
  });
  return router;
};
