import { idempotencySuite } from "../http/idempotency.ts";
import { listSuite } from "../http/lists.ts";
import { ownerSuite } from "../http/owners.ts";
import { raceSuite } from "../http/races.ts";
import { scopeSuite } from "../http/scopes.ts";
import { tenantSuite } from "../http/tenants.ts";
import { servicesServer } from "../support/services.ts";

const server = await servicesServer();

tenantSuite(server);
scopeSuite(server);
idempotencySuite(server);
raceSuite([server]);
listSuite(server);
ownerSuite(server);
