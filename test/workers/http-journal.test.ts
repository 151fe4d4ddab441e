import { batchSuite } from "../http/batches.ts";
import { feedSuite } from "../http/feed.ts";
import { journalSuite } from "../http/journal.ts";
import { workerServer } from "./server.ts";

journalSuite(workerServer);
feedSuite([workerServer]);
batchSuite(workerServer);
