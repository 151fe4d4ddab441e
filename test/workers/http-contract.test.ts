import { contractSuite } from "../http/contract.ts";
import { hostileSuite } from "../http/hostile.ts";
import { workerServer } from "./server.ts";

contractSuite(workerServer);
// Every value is tried on Node; here each field meets some of them.
hostileSuite(workerServer, { every: 6, asciiHeaders: true });
