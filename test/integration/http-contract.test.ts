import { contractSuite } from "../http/contract.ts";
import { hostileSuite } from "../http/hostile.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

const server = await httpServer("node", await testDatabase());

contractSuite(server);
// LONG_TESTS=1 tries every value on every field.
hostileSuite(server, { every: process.env.LONG_TESTS ? 1 : 3 });
