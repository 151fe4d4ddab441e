import { freshSecrets } from "../../scripts/secrets.ts";
import { contractSuite } from "../http/contract.ts";
import { hostileSuite } from "../http/hostile.ts";
import { secretSuite } from "../http/secrets.ts";
import { coldStatementSuite, statementSuite } from "../http/statements.ts";
import { notingEndpoint } from "../support/noting-endpoint.ts";
import { contextDatabases, servicesServer } from "../support/services.ts";

const databases = await contextDatabases();
const secrets = freshSecrets();

/** The services over an endpoint that writes down what they send it. */
const observed = async () => {
  const { url, counter } = await notingEndpoint();
  const through = { NEON_ENDPOINT: url };
  const server = await servicesServer({
    databases,
    secrets,
    config: { directory: through, wallets: through },
  });
  return { server, counter };
};

const { server, counter } = await observed();
const cardKeys = Object.values(JSON.parse(secrets.CARD_ENCRYPTION_KEYS) as Record<string, string>);

contractSuite(server);
// Everything is tried on Node; here every other operation meets some of it.
hostileSuite(server, { every: 6, everyOperation: 2 });
statementSuite(server, counter, { transfer: 2 });
coldStatementSuite(server, observed);
secretSuite({
  ...server,
  configured: [...cardKeys, secrets.CARD_FINGERPRINT_KEY, secrets.CARD_CVV_KEY],
});
