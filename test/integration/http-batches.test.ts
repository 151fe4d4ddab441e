import { batchSuite } from "../http/batches.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

const server = await httpServer("node", await testDatabase());

batchSuite(server);
