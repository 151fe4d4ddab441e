import type { Hono } from "hono";
import { apiKeyRoutes } from "./routes/api-keys.ts";
import { authorizationRoutes } from "./routes/authorizations.ts";
import { cardRoutes } from "./routes/cards.ts";
import { docsRoutes } from "./routes/docs/docs-routes.ts";
import { createEdgeApp } from "./routes/edge-app.ts";
import { eventRoutes } from "./routes/events.ts";
import type { HonoEnv, Router } from "./routes/hono-env.ts";
import { ledgerRoutes } from "./routes/ledger.ts";
import { movementRoutes } from "./routes/movements.ts";
import { organizationRoutes } from "./routes/organizations.ts";
import { paymentActRoutes } from "./routes/payment-acts.ts";
import { keySetRoutes, receiptRoutes } from "./routes/receipts.ts";
import { refundRoutes } from "./routes/refunds.ts";
import type { Services } from "./routes/services.ts";
import { statementRoutes } from "./routes/statements.ts";
import { systemRoutes } from "./routes/system.ts";
import { teamMemberRoutes } from "./routes/team-members.ts";
import { teamRoutes } from "./routes/teams.ts";
import { transferRoutes } from "./routes/transfers.ts";
import { userRoutes } from "./routes/users.ts";
import { walletRoutes } from "./routes/wallets.ts";

/** The resources under `/v1`: one router each. */
const resources: readonly ((services: Services) => Router)[] = [
  organizationRoutes,
  apiKeyRoutes,
  userRoutes,
  teamRoutes,
  teamMemberRoutes,
  walletRoutes,
  movementRoutes,
  statementRoutes,
  transferRoutes,
  cardRoutes,
  authorizationRoutes,
  paymentActRoutes,
  receiptRoutes,
  refundRoutes,
  eventRoutes,
  ledgerRoutes,
];

/** The whole HTTP surface. Knows no runtime: what differs between them is in `services`. */
export const createApp = (services: Services): Hono<HonoEnv> =>
  createEdgeApp(services, (app) => {
    app.route("/", systemRoutes(services));
    app.route("/", docsRoutes(services));
    app.route("/", keySetRoutes(services));
    for (const routes of resources) app.route("/v1", routes(services));
  });
