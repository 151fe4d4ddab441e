import { freshSecrets } from "../../scripts/secrets.ts";
import { batchSuite } from "../http/batches.ts";
import { contractSuite } from "../http/contract.ts";
import { controlSuite } from "../http/controls.ts";
import { expirySuite } from "../http/expiry.ts";
import { feedSuite } from "../http/feed.ts";
import { hostileSuite } from "../http/hostile.ts";
import { idempotencySuite } from "../http/idempotency.ts";
import { journalSuite } from "../http/journal.ts";
import { listSuite } from "../http/lists.ts";
import { ownerSuite } from "../http/owners.ts";
import { paymentRaceSuite } from "../http/payment-races.ts";
import { paymentSuite } from "../http/payments.ts";
import { raceSuite } from "../http/races.ts";
import { receiptSuite } from "../http/receipts.ts";
import { scopeSuite } from "../http/scopes.ts";
import { secretSuite } from "../http/secrets.ts";
import { tenantSuite } from "../http/tenants.ts";
import { alternating } from "../support/alternating.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";
import { sampled } from "../support/sampled.ts";

const database = await testDatabase();
const secrets = freshSecrets();
const start = () => httpServer("node", database, { secrets, config: { SWEEP_SECONDS: "1" } });
const server = alternating([await start(), await start()]);
const cardKeys = Object.values(JSON.parse(secrets.CARD_ENCRYPTION_KEYS) as Record<string, string>);

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
  configured: [...cardKeys, secrets.CARD_FINGERPRINT_KEY, secrets.CARD_CVV_KEY],
});
