import { receiptSuite } from "../http/receipts.ts";
import { workerServer } from "./server.ts";

receiptSuite(workerServer);
