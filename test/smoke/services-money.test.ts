import { batchSuite } from "../http/batches.ts";
import { controlSuite } from "../http/controls.ts";
import { expirySuite } from "../http/expiry.ts";
import { feedSuite } from "../http/feed.ts";
import { journalSuite } from "../http/journal.ts";
import { paymentRaceSuite } from "../http/payment-races.ts";
import { paymentSuite } from "../http/payments.ts";
import { receiptSuite } from "../http/receipts.ts";
import { servicesServer } from "../support/services.ts";

const server = await servicesServer();

paymentSuite(server);
controlSuite(server);
expirySuite(server, { sweep: server.sweep });
paymentRaceSuite(server);
receiptSuite(server);
journalSuite(server);
feedSuite([server]);
batchSuite(server);
