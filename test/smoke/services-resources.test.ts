import { expect, test } from "vitest";
import { freshSecrets } from "../../scripts/secrets.ts";
import { idempotencySuite } from "../http/idempotency.ts";
import { listSuite } from "../http/lists.ts";
import { ownerSuite } from "../http/owners.ts";
import { raceSuite } from "../http/races.ts";
import { scopeSuite } from "../http/scopes.ts";
import { tenantSuite } from "../http/tenants.ts";
import { client, dataOf } from "../support/api.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";
import { newOrganization } from "../support/organization.ts";
import { sampled } from "../support/sampled.ts";
import { servicesServer } from "../support/services.ts";

const server = await servicesServer();

tenantSuite(server, sampled(8));
scopeSuite(server, sampled(8));
idempotencySuite(server, { copies: 20 });
raceSuite([server]);
listSuite(server, sampled(6));
ownerSuite(server);

const secrets = freshSecrets();
const database = await testDatabase();
const monolith = await httpServer("node", database, { secrets });
const beside = await servicesServer({
  secrets,
  databases: { directory: database, wallets: database },
});

raceSuite([monolith, beside]);

test("services beside a monolith, on its database, know its requests and its cards", async () => {
  const organization = await newOrganization(monolith);
  const wallet = await organization.wallet(1_000);
  const other = client(beside, organization.apiKey);
  const key = crypto.randomUUID();
  const number = "4012888888881881";
  const body = { walletId: wallet.id, number, expMonth: 12, expYear: 2099, cvv: "123" };
  const made = await organization.api.post<{ id: string }>("/v1/cards", body, key);
  const again = await other.post<{ id: string }>("/v1/cards", body, key);
  expect([again.status, again.replayed, again.data]).toEqual([201, true, made.data]);
  const secretsPath = `/v1/cards/${made.data.id}/secrets`;
  expect(dataOf(await other.get(secretsPath))).toEqual({ number });
  const user = { email: `${key}@harbour.example` };
  const first = await other.post<{ id: string }>("/v1/users", user, key);
  const second = await organization.api.post<{ id: string }>("/v1/users", user, key);
  expect([second.status, second.replayed, second.data]).toEqual([201, true, first.data]);
});
