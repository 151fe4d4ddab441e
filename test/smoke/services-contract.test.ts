import { startNeonEndpoint } from "../../scripts/neon-endpoint.ts";
import { freshSecrets } from "../../scripts/secrets.ts";
import { contractSuite } from "../http/contract.ts";
import { hostileSuite } from "../http/hostile.ts";
import { secretSuite } from "../http/secrets.ts";
import { coldStatementSuite, statementSuite } from "../http/statements.ts";
import { onFileEnd } from "../support/cleanup.ts";
import { contextDatabases, servicesServer } from "../support/services.ts";

const databases = await contextDatabases();
const secrets = freshSecrets();

/** The services over an endpoint that writes down what they send it. */
const observed = async () => {
  const sent: string[] = [];
  const endpoint = await startNeonEndpoint({
    faults: {
      dropRequest: (body) => {
        const { queries, query } = JSON.parse(body) as Sent;
        sent.push(...(queries ?? [{ query }]).map((one) => one.query ?? ""));
        return false;
      },
    },
  });
  onFileEnd(() => endpoint.stop());
  const through = { NEON_ENDPOINT: endpoint.url };
  const server = await servicesServer({
    databases,
    secrets,
    config: { directory: through, wallets: through },
  });
  return {
    server,
    counter: {
      count: () => sent.length,
      noted: async () => sent.filter((text) => /set last_used_at/i.test(text)).length,
    },
  };
};

interface Sent {
  readonly query?: string;
  readonly queries?: readonly { readonly query: string }[];
}

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
