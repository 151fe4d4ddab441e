import { listSuite } from "../http/lists.ts";
import { ownerSuite } from "../http/owners.ts";
import { raceSuite } from "../http/races.ts";
import { workerServer } from "./server.ts";

raceSuite([workerServer]);
listSuite(workerServer, { every: 6 });
ownerSuite(workerServer);
