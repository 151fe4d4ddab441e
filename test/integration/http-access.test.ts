import { idempotencySuite } from "../http/idempotency.ts";
import { scopeSuite } from "../http/scopes.ts";
import { tenantSuite } from "../http/tenants.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

const server = await httpServer("node", await testDatabase());

tenantSuite(server);
scopeSuite(server);
idempotencySuite(server);
