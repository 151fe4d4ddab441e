import { contractSuite } from "../http/contract.ts";
import { hostileSuite } from "../http/hostile.ts";
import { workerServer } from "./server.ts";

contractSuite(workerServer);
// Everything is tried on Node; here every other operation meets some of it.
hostileSuite(workerServer, { every: 6, everyOperation: 2, asciiHeaders: true });
