import { freshSecrets } from "../../scripts/secrets.ts";
import { secretSuite } from "../http/secrets.ts";
import { coldStatementSuite, statementSuite } from "../http/statements.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";
import { notingEndpoint } from "../support/noting-endpoint.ts";

const database = await testDatabase();
const secrets = freshSecrets();

/** Purser in workerd as `wrangler dev` runs it, over an endpoint that writes down what it is sent. */
const observed = async () => {
  const { url, counter } = await notingEndpoint();
  const server = await httpServer("workers", { ...database, neonEndpoint: url }, { secrets });
  return { server, counter };
};

const { server, counter } = await observed();
const cardKeys = Object.values(JSON.parse(secrets.CARD_ENCRYPTION_KEYS) as Record<string, string>);

statementSuite(server, counter, { transfer: 2 });
coldStatementSuite(server, observed);
secretSuite({
  ...server,
  // The development server's own lines have the URL, for the developer who typed it.
  log: async () => {
    const lines = (await server.log()).split("\n");
    return lines.filter((line) => !line.includes("[wrangler:")).join("\n");
  },
  configured: [...cardKeys, secrets.CARD_FINGERPRINT_KEY, secrets.CARD_CVV_KEY],
});
