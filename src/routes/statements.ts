import { Hono } from "hono";
import * as z from "zod";
import { accounts, postingKinds } from "../domain/wallets/model/posting.ts";
import type { HonoEnv, Router } from "./hono-env.ts";
import { listQuery } from "./list-query.ts";
import { operation } from "./operation.ts";
import { amount, balance } from "./schemas/amount.ts";
import { id } from "./schemas/id.ts";
import { time, timeInput } from "./schemas/time.ts";
import type { Services } from "./services.ts";
import { csvMediaType, statementCsv, wantsCsv } from "./statement-csv.ts";

const account = z.enum(accounts);

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

const transactionsQuery = listQuery(
  { sequence: "integer" },
  {
    kind: z.enum(postingKinds).optional(),
    cardId: id.optional(),
    from: timeInput.optional().describe("Recorded at or after."),
    to: timeInput.optional().describe("Recorded before."),
  },
);

const balances = z.object({
  walletId: id,
  currency: z.string(),
  available: balance,
  held: balance,
  receivable: balance,
  at: time,
});

/** What happened to a wallet's money, and what it had when. */
export const statementRoutes = ({ wallets, now }: Pick<Services, "wallets" | "now">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "get",
    "/wallets/:id/transactions",
    {
      id: "listTransactions",
      tag: "Money",
      summary: "Read a wallet's statement",
      description:
        "Every posting of the wallet's journal with the balances after it. With `Accept: text/csv` the whole " +
        "statement from there on is streamed, and `limit` does not end it.",
      scope: "wallets:read",
      query: transactionsQuery,
      success: { status: 200, list: transaction, media: [csvMediaType] },
    },
    async ({ actor, params, query: { page, filters }, c }) => {
      const read = (asked: typeof page) =>
        wallets.listTransactions(actor, params.id, asked, filters);
      return wantsCsv(c.req.header("Accept")) ? statementCsv(page, read) : read(page);
    },
  );
  operation(
    router,
    "get",
    "/wallets/:id/balance",
    {
      id: "getBalance",
      tag: "Money",
      summary: "Read a wallet's balances at a time",
      description: "At a recorded time, now unless one is given.",
      scope: "wallets:read",
      query: z.strictObject({ at: timeInput.optional() }),
      success: { status: 200, data: balances },
    },
    ({ actor, params, query }) =>
      wallets.balanceAt(actor, params.id, query.at ?? new Date(now()).toISOString()),
  );
  return router;
};
