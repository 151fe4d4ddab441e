import { expect, test } from "vitest";
import { receiptSuite } from "../http/receipts.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";
import { newOrganization } from "../support/organization.ts";

const database = await testDatabase();

receiptSuite(await httpServer("node", database));

test("without a signing key there are no receipts, and no keys are published", async () => {
  const server = await httpServer("node", database, { config: { RECEIPT_SIGNING_KEYS: "" } });
  const organization = await newOrganization(server);
  const wallet = await organization.wallet(1_000);
  const card = await organization.card(wallet.id);
  const payment = await organization.pay(card.id, 500);
  const answer = await organization.api.get(`/v1/authorizations/${payment.id}/receipt`);
  expect([answer.status, answer.problem.code]).toEqual([404, "not_found"]);
  expect(answer.problem.detail).toContain("no key is configured");
  const keys = await fetch(`${server.url}/.well-known/jwks.json`);
  expect(await keys.json()).toEqual({ keys: [] });
});
