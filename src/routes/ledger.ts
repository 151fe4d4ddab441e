import { Hono } from "hono";
import * as z from "zod";
import { accounts } from "../domain/wallets/model/posting.ts";
import type { HonoEnv, Router } from "./hono-env.ts";
import { operation } from "./operation.ts";
import type { Services } from "./services.ts";

const sum = z
  .string()
  .regex(/^-?\d+$/)
  .describe("Minor units as text: sums can pass 2^53.");

const account = z.object({
  account: z.enum(accounts),
  /** What an increase is booked as. */
  normalSide: z.enum(["debit", "credit"]),
  description: z.string(),
  currency: z.string(),
  debits: sum,
  credits: sum,
  balance: sum.describe("On the account's normal side."),
});

const trialBalance = z.object({
  currencies: z.array(
    z.object({
      currency: z.string(),
      debits: sum,
      credits: sum,
      difference: sum.describe("0, always: every row of the journal is a debit and a credit."),
      clearing: sum.describe("0 unless a transfer is half done, which cannot be."),
    }),
  ),
  balanced: z.boolean(),
});

export const ledgerRoutes = ({ wallets }: Pick<Services, "wallets">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "get",
    "/ledger/accounts",
    {
      id: "listLedgerAccounts",
      tag: "Ledger",
      summary: "Read the chart of accounts",
      description: "Every account with what it was debited and credited, by currency.",
      scope: "ledger:read",
      success: { status: 200, data: z.array(account) },
    },
    ({ actor, freshness }) => wallets.ledgerAccounts(actor, freshness),
  );
  operation(
    router,
    "get",
    "/ledger/trial-balance",
    {
      id: "getTrialBalance",
      tag: "Ledger",
      summary: "Read the trial balance",
      scope: "ledger:read",
      success: { status: 200, data: trialBalance },
    },
    ({ actor, freshness }) => wallets.trialBalance(actor, freshness),
  );
  return router;
};
