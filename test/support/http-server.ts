import type { Runtime } from "../../scripts/dev/options.ts";
import type { Server } from "./api.ts";
import type { TestDatabase } from "./database.ts";
import { type TestServer, type TestServerOptions, testServer } from "./server.ts";

export type HttpServer = Server & TestServer;

/** Purser in a process of its own, for the HTTP suites. */
export const httpServer = async (
  runtime: Runtime,
  database: TestDatabase,
  options: TestServerOptions = {},
): Promise<HttpServer> => {
  const server = await testServer(runtime, database, options);
  return {
    ...server,
    databaseUrl: database.url,
    database: database.postgres({ connections: 2 }),
    fetch: (request) => fetch(request),
  };
};
