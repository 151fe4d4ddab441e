import { Hono } from "hono";
import * as z from "zod";
import type { HonoEnv, Router } from "./hono-env.ts";
import { listQuery } from "./list-query.ts";
import { operation } from "./operation.ts";
import { amount, balance } from "./schemas/amount.ts";
import { deleted } from "./schemas/bulk.ts";
import { controlsPatch, controlsView } from "./schemas/controls.ts";
import { currency } from "./schemas/currency.ts";
import { id } from "./schemas/id.ts";
import { limitsPatch, limitsReport, limitsView } from "./schemas/limits.ts";
import { metadata } from "./schemas/metadata.ts";
import { busy } from "./schemas/movement.ts";
import { ownerFilter, toOwner } from "./schemas/owner.ts";
import { text } from "./schemas/text.ts";
import { time } from "./schemas/time.ts";
import { timezone } from "./schemas/timezone.ts";
import type { Services } from "./services.ts";

const name = text(200);

const threshold = amount
  .nullable()
  .describe("An event tells when what is available falls below it.");

const createBody = z
  .strictObject({
    teamId: id.nullable().optional(),
    userId: id.nullable().optional(),
    name: name.default("Wallet"),
    currency: currency.optional(),
    timezone: timezone.optional(),
    limits: limitsPatch.optional(),
    controls: controlsPatch.optional(),
    metadata: metadata.nullable().optional(),
    lowBalanceThreshold: threshold.optional(),
  })
  .transform(({ teamId, userId, metadata, ...wallet }, context) => ({
    ...wallet,
    metadata: metadata ?? undefined,
    owner: toOwner({ teamId, userId }, context),
  }));

const patchBody = z
  .strictObject({
    name: name.exactOptional(),
    timezone: timezone.exactOptional(),
    limits: limitsPatch.exactOptional(),
    controls: controlsPatch.exactOptional(),
    metadata: metadata
      .nullable()
      .transform((value) => value ?? {})
      .exactOptional(),
    lowBalanceThreshold: threshold.exactOptional(),
  })
  .describe("Absent is unchanged, null is cleared.");

const wallet = z.object({
  id,
  teamId: id.nullable(),
  userId: id.nullable(),
  name,
  currency: z.string(),
  timezone: z.string(),
  status: z.enum(["active", "frozen", "closed"]),
  available: balance,
  held: balance,
  receivable: balance,
  limits: limitsView,
  controls: controlsView,
  metadata,
  lowBalanceThreshold: amount.nullable(),
  createdAt: time,
  updatedAt: time,
});

const listWalletsQuery = listQuery(
  { createdAt: "time", name: "text" },
  { teamId: id.optional(), userId: id.optional() },
);

export const walletRoutes = ({ wallets }: Pick<Services, "wallets">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/wallets",
    {
      id: "createWallet",
      tag: "Wallets",
      summary: "Open a wallet for a team or a user",
      description:
        "Currency, time zone and limits that are not given are the organization's defaults.",
      scope: "wallets:write",
      body: createBody,
      success: { status: 201, data: wallet },
      refusals: ["not_found", "owner_closed", "overloaded"],
    },
    ({ actor, body }) => wallets.createWallet(actor, body),
  );
  operation(
    router,
    "get",
    "/wallets",
    {
      id: "listWallets",
      tag: "Wallets",
      summary: "List wallets",
      scope: "wallets:read",
      query: listWalletsQuery,
      success: { status: 200, list: wallet },
    },
    ({ actor, query: { page, filters } }) => wallets.listWallets(actor, page, filters),
  );
  operation(
    router,
    "get",
    "/wallets/:id",
    {
      id: "getWallet",
      tag: "Wallets",
      summary: "Read a wallet",
      scope: "wallets:read",
      success: { status: 200, data: wallet },
    },
    ({ actor, params }) => wallets.getWallet(actor, params.id),
  );
  operation(
    router,
    "patch",
    "/wallets/:id",
    {
      id: "updateWallet",
      tag: "Wallets",
      summary: "Change a wallet",
      scope: "wallets:write",
      body: patchBody,
      success: { status: 200, data: wallet },
      refusals: ["timezone_locked", ...busy],
    },
    ({ actor, params, body }) => wallets.updateWallet(actor, params.id, body),
  );
  operation(
    router,
    "delete",
    "/wallets/:id",
    {
      id: "deleteWallet",
      tag: "Wallets",
      summary: "Close and delete an empty wallet",
      description: "Its cards are deleted with it.",
      scope: "wallets:write",
      success: { status: 204 },
      refusals: ["wallet_not_empty", ...busy],
    },
    ({ actor, params }) => wallets.deleteWallet(actor, params.id),
  );
  operation(
    router,
    "delete",
    "/wallets",
    {
      id: "deleteWallets",
      tag: "Wallets",
      summary: "Close and delete all wallets of a team or a user",
      description: "All of them or none: one that is not empty stands in the way of all.",
      scope: "wallets:write",
      query: ownerFilter,
      success: { status: 200, data: deleted },
      refusals: ["not_found", "wallet_not_empty", "too_many_at_once", ...busy],
    },
    ({ actor, query }) => wallets.deleteWallets(actor, query),
  );
  operation(
    router,
    "post",
    "/wallets/:id/freeze",
    {
      id: "freezeWallet",
      tag: "Wallets",
      summary: "Freeze a wallet",
      description: "Nothing can leave it and its cards decline; money can still come in.",
      scope: "wallets:write",
      success: { status: 200, data: wallet },
      refusals: busy,
    },
    ({ actor, params }) => wallets.freezeWallet(actor, params.id),
  );
  operation(
    router,
    "post",
    "/wallets/:id/unfreeze",
    {
      id: "unfreezeWallet",
      tag: "Wallets",
      summary: "Unfreeze a wallet",
      scope: "wallets:write",
      success: { status: 200, data: wallet },
      refusals: busy,
    },
    ({ actor, params }) => wallets.unfreezeWallet(actor, params.id),
  );
  operation(
    router,
    "post",
    "/wallets/:id/close",
    {
      id: "closeWallet",
      tag: "Wallets",
      summary: "Close a wallet for good",
      description:
        "It must have nothing on hold and owe nothing. What is available must be nothing, or goes to `sweepTo`.",
      scope: "wallets:write",
      body: z.strictObject({ sweepTo: id.optional() }),
      success: { status: 200, data: wallet },
      refusals: [
        "wallet_not_empty",
        "wallet_frozen",
        "currency_mismatch",
        "balance_too_large",
        ...busy,
      ],
    },
    ({ actor, params, body }) => wallets.closeWallet(actor, params.id, body.sweepTo),
  );
  operation(
    router,
    "get",
    "/wallets/:id/limits",
    {
      id: "getWalletLimits",
      tag: "Wallets",
      summary: "Read how far a wallet's limits are used",
      scope: "wallets:read",
      success: { status: 200, data: limitsReport },
    },
    ({ actor, params }) => wallets.readLimits(actor, "wallet", params.id),
  );
  return router;
};
