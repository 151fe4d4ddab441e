import type { IncomingMessage, Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { Intake } from "./intake.ts";
import { NodeRequest } from "./node-request.ts";

/**
 * Connections that wait to be accepted. With Node's 511, a thousand clients that come back at
 * once wait for a second or more until their systems try again.
 */
const backlog = 4_096;

export interface NodeServer {
  readonly server: Server;
  listen(host: string, port: number, listening?: () => void): void;
}

/** Node's HTTP server, as Purser answers with it. */
export const createNodeServer = (
  fetch: (request: Request, incoming: IncomingMessage) => Response | Promise<Response>,
): NodeServer => {
  const intake = new Intake();
  const server = createAdaptorServer({
    fetch: async (request, { incoming }) => {
      await intake.enter();
      // Not an HTTP/2 server, so its requests are HTTP/1.1's.
      return fetch(request, incoming as IncomingMessage);
    },
    serverOptions: { IncomingMessage: NodeRequest },
  }) as Server;
  return {
    server,
    listen: (host, port, listening) => void server.listen({ host, port, backlog }, listening),
  };
};
