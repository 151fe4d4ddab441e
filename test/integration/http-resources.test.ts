import { listSuite } from "../http/lists.ts";
import { ownerSuite } from "../http/owners.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

const server = await httpServer("node", await testDatabase());

listSuite(server);
ownerSuite(server);
