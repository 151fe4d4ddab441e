import { parseArgs } from "node:util";
import { requestKeyOf } from "../../src/runtime/config.ts";
import { apiClient } from "../api-client.ts";
import { freshSecrets } from "../secrets.ts";
import { serviceSecrets } from "../services/service-secrets.ts";
import type { Command } from "./command.ts";

const usage = (program: string): string => `${program} secrets [--services]
    Fresh secrets for a deployment, one NAME=value a line; for one as services, each under
    the service that needs it. Keep them: what is encrypted with a lost key is lost.
${program} request-key
    The REQUEST_FINGERPRINT_KEY that a gateway needs to know the requests again that were
    made to a deployment with this CARD_FINGERPRINT_KEY, which it reads.
${program} organization NAME [--url http://127.0.0.1:8787]
    Creates an organization and its first API key on a running server. Reads the admin
    token from ADMIN_TOKEN.`;

const print = (secrets: object): void => {
  for (const [name, value] of Object.entries(secrets)) console.log(`${name}=${value}`);
};

const secrets = (services: boolean): void => {
  const fresh = freshSecrets();
  if (!services) print(fresh);
  else {
    for (const [service, its] of Object.entries(serviceSecrets(fresh))) {
      console.log(`# ${service}`);
      print(its);
    }
  }
};

const organization = async (name: string, url: string, adminToken: string): Promise<void> => {
  const created = await apiClient(url, adminToken).post<{ id: string; apiKey: string }>(
    "/v1/organizations",
    { name },
  );
  console.log(JSON.stringify({ organizationId: created.id, apiKey: created.apiKey }));
};

/** Makes secrets, or the first key of a running Purser; answers the exit code. */
export const keysCommand: Command = async (args, program) => {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: "string", default: "http://127.0.0.1:8787" },
      services: { type: "boolean", default: false },
    },
  });
  const [what, name] = positionals;
  const adminToken = process.env.ADMIN_TOKEN;
  const cardKey = process.env.CARD_FINGERPRINT_KEY;
  if (what === "secrets") secrets(values.services);
  else if (what === "request-key" && cardKey) {
    print({ REQUEST_FINGERPRINT_KEY: requestKeyOf(cardKey) });
  } else if (what === "organization" && name && adminToken) {
    await organization(name, values.url, adminToken);
  } else {
    console.error(usage(program));
    return 2;
  }
  return 0;
};
