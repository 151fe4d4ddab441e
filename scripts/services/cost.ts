import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Context } from "../../src/db/contexts.ts";
import { migrate } from "../../src/db/migrate.ts";
import { apiClient } from "../api-client.ts";
import { createDatabase } from "../databases.ts";
import { buildDocsAssets } from "../docs-assets.ts";
import { loadMigrations } from "../migrations.ts";
import { startNeonEndpoint } from "../neon-endpoint.ts";
import { freePort, startPostgres } from "../postgres.ts";
import { freshSecrets } from "../secrets.ts";
import { buildWorker } from "../worker-bundle.ts";
import { startWorkerd } from "../workerd/start.ts";
import { buildServices, startServices } from "../workerd/start-services.ts";
import { type Contestant, measure, report } from "./measure.ts";
import { serviceSecrets } from "./service-secrets.ts";

/**
 * What the split costs: the monolith and the services, in workerd, over one PostgreSQL, asked
 * the same in turn, so that whatever else the machine does falls on both.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    requests: { type: "string", default: "200" },
    clients: { type: "string", default: "16" },
  },
});

const endings: (() => Promise<unknown>)[] = [];
const say = (line: string): void => console.error(line);

const folder = await mkdtemp(join(tmpdir(), "purser-cost-"));
endings.push(() => rm(folder, { recursive: true, force: true }));
try {
  say("building");
  await buildDocsAssets();
  const bundle = join(folder, "monolith");
  await Promise.all([buildWorker(bundle, "ignore"), buildServices(folder)]);
  say("starting");
  const postgres = await startPostgres();
  endings.push(postgres.stop);
  const endpoint = await startNeonEndpoint();
  endings.push(endpoint.stop);
  const migrations = await loadMigrations();
  const database = async (name: string, context?: Context) => {
    const url = await createDatabase(postgres.url, name);
    await migrate(url, migrations, { context });
    return { DATABASE_URL: url, NEON_ENDPOINT: endpoint.url };
  };
  const secrets = freshSecrets();
  const edge = { RATE_LIMIT_PER_SECOND: "100000", LOG_LEVEL: "error" };
  const monolith = await startWorkerd({
    bundle,
    folder: bundle,
    edges: [{ port: await freePort() }],
    env: { ...secrets, ...edge, ...(await database("monolith")) },
  });
  endings.push(monolith.stop);
  const of = serviceSecrets(secrets);
  const services = await startServices({
    bundles: folder,
    folder: join(folder, "services"),
    apart: false,
    env: {
      gateway: { ...of.gateway, ...edge },
      directory: await database("directory", "directory"),
      wallets: { ...of.wallets, ...(await database("wallets", "wallets")) },
    },
  });
  endings.push(services.stop);
  const contestants: Contestant[] = [];
  for (const [name, url, pid] of [
    ["monolith", monolith.urls[0] ?? "", monolith.pid],
    ["services", services.url, services.process("gateway").pid],
  ] as const) {
    contestants.push({ name, url, pid, ...(await scene(url, secrets.ADMIN_TOKEN)) });
  }
  const rounds = Number(values.rounds);
  const results = await measure(contestants, {
    rounds,
    requests: Number(values.requests),
    clients: Number(values.clients),
    onRound: (round) => say(`round ${round + 1}/${rounds}, load ${loadavg()[0]?.toFixed(1)}`),
  });
  console.log(report(results));
} finally {
  for (let end = endings.pop(); end; end = endings.pop()) await end();
}

/** A key, and what its requests are about. */
async function scene(url: string, adminToken: string) {
  const admin = apiClient(url, adminToken);
  const { apiKey } = await admin.post<{ apiKey: string }>("/v1/organizations", { name: "Cost" });
  const api = apiClient(url, apiKey);
  const make = (path: string, body: object) => api.post<{ id: string }>(path, body);
  const user = await make("/v1/users", { email: "ada@harbour.example" });
  const wallets: Contestant["wallets"][number][] = [];
  for (let at = 0; at < 16; at++) {
    const owner = await make("/v1/users", { email: `owner-${at}@harbour.example` });
    const wallet = await make("/v1/wallets", { userId: owner.id });
    await make(`/v1/wallets/${wallet.id}/deposits`, { amount: 1_000_000_000 });
    const card = await make("/v1/cards", {
      walletId: wallet.id,
      limits: { day: null, month: null },
    });
    wallets.push({ id: wallet.id, cardId: card.id, userId: owner.id });
  }
  return { apiKey, userId: user.id, wallets };
}
