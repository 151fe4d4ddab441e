import { env, exports } from "cloudflare:workers";
import { neonDatabase } from "../../src/db/drivers/neon.ts";
import type { Server } from "../support/api.ts";

const url = env.DATABASE_URL ?? "";

/** The Worker under test, with its Durable Objects, for the HTTP suites. */
export const workerServer: Server = {
  url: "https://purser.test",
  adminToken: env.ADMIN_TOKEN ?? "",
  databaseUrl: url,
  database: neonDatabase({ url, endpoint: env.NEON_ENDPOINT ?? "" }),
  fetch: (request) => exports.default.fetch(request),
};
