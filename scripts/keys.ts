import { parseArgs } from "node:util";
import { apiClient } from "./api-client.ts";
import { freshSecrets } from "./secrets.ts";

const usage = `npm run keys -- secrets
    Fresh secrets for a deployment, one NAME=value a line. Keep them: what is encrypted
    with a lost key is lost.
npm run keys -- organization NAME [--url http://127.0.0.1:8787]
    Creates an organization and its first API key on a running server. Reads the admin
    token from ADMIN_TOKEN.`;

const secrets = (): void => {
  for (const [name, value] of Object.entries(freshSecrets())) console.log(`${name}=${value}`);
};

const organization = async (name: string, url: string, adminToken: string): Promise<void> => {
  const created = await apiClient(url, adminToken).post<{ id: string; apiKey: string }>(
    "/v1/organizations",
    { name },
  );
  console.log(JSON.stringify({ organizationId: created.id, apiKey: created.apiKey }));
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { url: { type: "string", default: "http://127.0.0.1:8787" } },
});
const [what, name] = positionals;
const adminToken = process.env.ADMIN_TOKEN;
if (what === "secrets") secrets();
else if (what === "organization" && name && adminToken) {
  await organization(name, values.url, adminToken);
} else {
  console.error(usage);
  process.exit(2);
}
