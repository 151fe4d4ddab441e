import { expect, test } from "vitest";
import { freshSecrets } from "../../scripts/secrets.ts";
import { feedSuite } from "../http/feed.ts";
import { journalSuite } from "../http/journal.ts";
import { wholeSuite } from "../http/whole.ts";
import type { Server } from "../support/api.ts";
import { databaseAt } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";
import { scrape } from "../support/metrics.ts";
import { sumOf } from "../support/open-metrics.ts";
import { servicesServer } from "../support/services.ts";
import { startPair } from "../support/standby.ts";
import { withTokens } from "../support/with-tokens.ts";

// Behind for sure, so that only who brings a token sees what was just written.
const pair = await startPair({ recovery_min_apply_delay: "50ms" });
const database = databaseAt(pair.primaryUrl);
const standby = { DATABASE_READ_URL: pair.standbyUrl() };

/** Clients that bring their writes' tokens, so that they see what they wrote wherever it is read. */
const secrets = freshSecrets();
const node = withTokens(
  await httpServer("node", database, { secrets, config: { ...standby, SWEEP_SECONDS: "1" } }),
);

wholeSuite(node, secrets);

// Elsewhere it is the same code over other drivers: some of it is enough.
const deno = withTokens(await httpServer("deno", database, { config: standby }));
const services = withTokens(
  await servicesServer({
    databases: { directory: database, wallets: database },
    config: { directory: standby, wallets: standby },
  }),
);

for (const server of [deno, services]) {
  journalSuite(server);
  feedSuite([server]);
}

test.each<[string, Server]>([
  ["Node", node],
  ["Deno", deno],
  ["Workers, as services", services],
])("the standby answered on %s", async (_, server) => {
  const labels = { outcome: "answered" };
  expect(sumOf(await scrape(server), "purser_replica_reads_total", labels)).toBeGreaterThan(10);
});
