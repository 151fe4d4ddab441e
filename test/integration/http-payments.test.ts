import { expect, test } from "vitest";
import { controlSuite } from "../http/controls.ts";
import { expirySuite } from "../http/expiry.ts";
import { paymentRaceSuite } from "../http/payment-races.ts";
import { paymentSuite } from "../http/payments.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";
import { verified } from "../support/tampering.ts";

const server = await httpServer("node", await testDatabase(), { config: { SWEEP_SECONDS: "1" } });

paymentSuite(server);
controlSuite(server);
expirySuite(server);
paymentRaceSuite(server);

test("all that was written verifies: decisions, chains and every row", async () => {
  const { summary, findings } = await verified(server.database);
  expect(findings).toEqual([]);
  expect(summary.events).toBeGreaterThan(200);
});
