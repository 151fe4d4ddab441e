import { contractSuite } from "../http/contract.ts";
import { hostileSuite } from "../http/hostile.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

const server = await httpServer("node", await testDatabase());

contractSuite(server);
hostileSuite(server);
