import { Hono } from "hono";
import { z } from "zod";
import { postingKinds } from "../domain/wallets/model/posting.ts";
import type { HonoEnv, Router } from "./hono-env.ts";
import { listQuery } from "./list-query.ts";
import { operation } from "./operation.ts";
import { amount, balance } from "./schemas/amount.ts";
import { deleted } from "./schemas/bulk.ts";
import { controlsPatch, controlsView } from "./schemas/controls.ts";
import { currency } from "./schemas/currency.ts";
import { id } from "./schemas/id.ts";
import { limitsPatch, limitsView } from "./schemas/limits.ts";
import { metadata } from "./schemas/metadata.ts";
import { busy, movementBody } from "./schemas/movement.ts";
import { ownerFilter, toOwner } from "./schemas/owner.ts";
import { text } from "./schemas/text.ts";
import { time } from "./schemas/time.ts";
import { timezone } from "./schemas/timezone.ts";
import type { Services } from "./services.ts";

const name = text(200);

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
  createdAt: time,
  updatedAt: time,
});

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
  createdAt: time,
});

const account = z.enum(["external", "available", "held", "receivable", "network", "clearing"]);

const transaction = z.object({
  id: z.string().describe("sequence.ordinal: the event that booked it and its place there."),
  walletId: id,
  sequence: z.int(),
  kind: z.enum(postingKinds),
  debit: account,
  credit: account,
  amount,
  currency: z.string(),
  sourceId: id.describe("The deposit, withdrawal, transfer or authorization it belongs to."),
  cardId: id.nullable(),
  reference: z.string().nullable(),
  available: balance,
  held: balance,
  receivable: balance,
  effectiveAt: time,
  createdAt: time,
});

const listWalletsQuery = listQuery(
  { createdAt: "time", name: "text" },
  { teamId: id.optional(), userId: id.optional() },
);

const transactionsQuery = listQuery({ sequence: "integer" });

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
      refusals: ["not_found", "owner_closed"],
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
  operation(
    router,
    "get",
    "/wallets/:id/transactions",
    {
      id: "listTransactions",
      tag: "Money",
      summary: "Read a wallet's statement",
      description: "Every posting of the wallet's journal with the balances after it.",
      scope: "wallets:read",
      query: transactionsQuery,
      success: { status: 200, list: transaction },
    },
    ({ actor, params, query }) =>
      wallets.listTransactions(actor, params.id, query.page, query.filters),
  );
  return router;
};
