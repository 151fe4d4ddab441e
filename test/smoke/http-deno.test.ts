import { contractSuite } from "../http/contract.ts";
import { paymentSuite } from "../http/payments.ts";
import { raceSuite } from "../http/races.ts";
import { receiptSuite } from "../http/receipts.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

const server = await httpServer("deno", await testDatabase());

contractSuite(server);
raceSuite([server]);
paymentSuite(server);
receiptSuite(server);
