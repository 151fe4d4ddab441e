import { idempotencySuite } from "../http/idempotency.ts";
import { scopeSuite } from "../http/scopes.ts";
import { tenantSuite } from "../http/tenants.ts";
import { workerServer } from "./server.ts";

tenantSuite(workerServer, { every: 3 });
scopeSuite(workerServer, { every: 3 });
idempotencySuite(workerServer, { copies: 20 });
