import { expect, test } from "vitest";
import { freshSecrets } from "../../scripts/secrets.ts";
import { coldStatementSuite, statementSuite } from "../http/statements.ts";
import { countingProxy } from "../support/counting-proxy.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";
import { countedStatements } from "../support/metrics.ts";
import { newOrganization } from "../support/organization.ts";

const database = await testDatabase();
const secrets = freshSecrets();
/** What nobody asked for is not counted. */
const withoutSweeps = { SWEEP_SECONDS: "3600" };
const counted = async () => {
  const proxy = await countingProxy(database.url);
  const through = { ...database, url: proxy.url };
  const options = { secrets, config: withoutSweeps };
  const server = { ...(await httpServer("node", through, options)), databaseUrl: database.url };
  return {
    server: { ...server, database: looking },
    counter: {
      count: proxy.count,
      noted: async () => {
        const counts = await countedStatements(server);
        return (counts["directory.touch_api_keys"] ?? 0) + (counts["wallets.books"] ?? 0);
      },
    },
  };
};
const looking = database.postgres({ connections: 1 });
const { server, counter } = await counted();

statementSuite(server, counter);
coldStatementSuite(server, counted);

test("the metrics count what the database ran", async () => {
  const said = async () =>
    Object.values(await countedStatements(server)).reduce((total, count) => total + count, 0);
  const organization = await newOrganization(server);
  // Reading the metrics can cost a statement, so that is counted after it.
  const both = async () => ({ said: await said(), ran: counter.count() });
  const before = await both();
  for (const path of ["/v1/users", "/v1/wallets", "/v1/cards"]) await organization.api.get(path);
  const wallet = await organization.wallet(500);
  const card = await organization.card(wallet.id);
  await organization.pay(card.id, 100);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const after = await both();
  expect(after.ran - before.ran).toBeGreaterThan(6);
  expect(after.said - before.said).toBe(after.ran - before.ran);
});
