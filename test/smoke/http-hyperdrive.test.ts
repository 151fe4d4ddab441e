import { expect, test } from "vitest";
import { contractSuite } from "../http/contract.ts";
import { expirySuite } from "../http/expiry.ts";
import { paymentSuite } from "../http/payments.ts";
import { raceSuite } from "../http/races.ts";
import { times } from "../support/api.ts";
import { testDatabase } from "../support/database.ts";
import { rowsOf } from "../support/dump.ts";
import { httpServer } from "../support/http-server.ts";
import { hyperdriveConfig } from "../support/hyperdrive.ts";
import { newOrganization } from "../support/organization.ts";

const database = await testDatabase();

/** Workers on PostgreSQL's own protocol; the URL that they are given is the binding's. */
const server = await httpServer("workers", database, {
  workerConfig: await hyperdriveConfig(database.url),
  config: {
    DATABASE_DRIVER: "postgres",
    DATABASE_URL: "postgres://nobody@127.0.0.1:1/nothing",
    NEON_ENDPOINT: "",
    LANES: "2",
  },
});

contractSuite(server);
paymentSuite(server);
raceSuite([server]);
// Waits for what is the same on every driver.
if (process.env.LONG_TESTS) {
  expirySuite(server, {
    sweep: async () => {
      const fired = await fetch(new URL("/__scheduled?cron=*+*+*+*+*", server.url));
      await fired.arrayBuffer();
    },
  });
}

test("a request's connections end with it, and lanes keep theirs", async () => {
  const { api } = await newOrganization(server);
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all(times(20, () => api.get("/v1/wallets")));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  }
  const open = async () => {
    const [row] = await rowsOf(
      server,
      `select count(*)::int as n from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() -- of wallets.`,
    );
    return Number(row?.["n"]);
  };
  // Two lanes of five, and the test's own two.
  await expect.poll(open, { timeout: 20_000 }).toBeLessThanOrEqual(12);
});
