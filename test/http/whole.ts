import type { Secrets } from "../../scripts/secrets.ts";
import { sampled } from "../support/sampled.ts";
import { batchSuite } from "./batches.ts";
import { contractSuite } from "./contract.ts";
import { controlSuite } from "./controls.ts";
import { expirySuite } from "./expiry.ts";
import { feedSuite } from "./feed.ts";
import { hostileSuite } from "./hostile.ts";
import { idempotencySuite } from "./idempotency.ts";
import { journalSuite } from "./journal.ts";
import { listSuite } from "./lists.ts";
import { ownerSuite } from "./owners.ts";
import { paymentRaceSuite } from "./payment-races.ts";
import { paymentSuite } from "./payments.ts";
import { raceSuite } from "./races.ts";
import { receiptSuite } from "./receipts.ts";
import { scopeSuite } from "./scopes.ts";
import { type LoggedServer, secretSuite } from "./secrets.ts";
import { tenantSuite } from "./tenants.ts";

/**
 * All of these suites but those that count statements, for one way to run Purser: what goes
 * through every operation in samples, and whole with LONG_TESTS=1. `secrets` are the server's.
 */
export const wholeSuite = (
  server: Omit<LoggedServer, "configured">,
  secrets: Pick<Secrets, "CARD_ENCRYPTION_KEYS" | "CARD_FINGERPRINT_KEY" | "CARD_CVV_KEY">,
): void => {
  const cardKeys = JSON.parse(secrets.CARD_ENCRYPTION_KEYS) as Record<string, string>;
  // First, because it walks through all organizations that there are.
  listSuite(server, sampled(12));
  contractSuite(server);
  paymentSuite(server);
  controlSuite(server);
  expirySuite(server);
  paymentRaceSuite(server);
  raceSuite([server]);
  receiptSuite(server);
  journalSuite(server);
  feedSuite([server]);
  batchSuite(server);
  tenantSuite(server, sampled(12));
  scopeSuite(server, sampled(12));
  idempotencySuite(server, { copies: 10 });
  ownerSuite(server);
  hostileSuite(server, { ...sampled(12), everyOperation: sampled(16).every });
  secretSuite({
    ...server,
    configured: [...Object.values(cardKeys), secrets.CARD_FINGERPRINT_KEY, secrets.CARD_CVV_KEY],
  });
};
