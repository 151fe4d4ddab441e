import { Hono } from "hono";
import { z } from "zod";
import type { HonoEnv, Router } from "./hono-env.ts";
import { operation } from "./operation.ts";
import { amount } from "./schemas/amount.ts";
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
  createdAt: time,
});

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
      refusals: [
        "not_found",
        "insufficient_funds",
        "balance_too_large",
        "wallet_frozen",
        "currency_mismatch",
        ...busy,
      ],
    },
    ({ actor, body }) => wallets.transfer(actor, body),
  );
  return router;
};
