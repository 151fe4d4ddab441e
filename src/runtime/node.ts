import { serve } from "@hono/node-server";
import { InvalidEnvironment } from "./config.ts";
import { startProcess } from "./process.ts";

/** How long requests under way may take to end after the process was told to. */
const graceMs = 20_000;

const start = (): void => {
  const { app, config, logger, close } = startProcess(process.env, "node");
  let stopping = false;
  const answer = async (request: Request): Promise<Response> => {
    const response = await app.fetch(request);
    // Node closes connections that are idle; one that a client keeps busy would never be.
    if (stopping) response.headers.set("Connection", "close");
    return response;
  };
  const server = serve({ fetch: answer, hostname: config.host, port: config.port }, ({ port }) =>
    logger.log("info", { event: "listening", runtime: "node", port }),
  );
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    logger.log("info", { event: "stopping", runtime: "node" });
    setTimeout(() => process.exit(1), graceMs).unref();
    // Takes no new connections, lets the requests under way end, then lets go of the database.
    server.close(() => void close().then(() => process.exit(0)));
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
};

try {
  start();
} catch (error) {
  if (!(error instanceof InvalidEnvironment)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(78);
}
