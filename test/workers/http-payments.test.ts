import { env } from "cloudflare:workers";
import worker from "../../src/runtime/worker.ts";
import { controlSuite } from "../http/controls.ts";
import { expirySuite } from "../http/expiry.ts";
import { paymentRaceSuite } from "../http/payment-races.ts";
import { paymentSuite } from "../http/payments.ts";
import { workerServer } from "./server.ts";

/** What the cron trigger calls. */
const sweep = () =>
  worker.scheduled(undefined, env as unknown as Parameters<typeof worker.scheduled>[1]);

paymentSuite(workerServer);
controlSuite(workerServer);
expirySuite(workerServer, { sweep });
paymentRaceSuite(workerServer);
