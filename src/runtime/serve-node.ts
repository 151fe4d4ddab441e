import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createAdaptorServer, type Http2Bindings, type HttpBindings } from "@hono/node-server";
import type { Assets } from "../routes/services.ts";
import { type Environment, InvalidEnvironment } from "./config.ts";
import { Connections } from "./connections.ts";
import { NodeRequest } from "./node-request.ts";
import { cannotListen, startProcess } from "./process.ts";
import { stopOnSignals } from "./stopping.ts";

/**
 * Connections that wait to be accepted. With Node's 511, a thousand clients that come back at
 * once wait for a second or more until their systems try again.
 */
const backlog = 4_096;

const start = (env: Environment, assets: Assets): void => {
  const { app, config, logger, prepareToStop, close } = startProcess(env, "node", assets);
  let stopping = false;
  const answer = async (
    request: Request,
    { incoming }: HttpBindings | Http2Bindings,
  ): Promise<Response> => {
    const response = await app.fetch(request);
    // The client asks elsewhere the next time, and is not cut off.
    if (stopping && connections.isLastAnswer(incoming.socket as Socket)) {
      response.headers.set("Connection", "close");
    }
    return response;
  };
  const server = createAdaptorServer({
    fetch: answer,
    serverOptions: { IncomingMessage: NodeRequest },
  }) as Server;
  server.listen({ host: config.host, port: config.port, backlog }, () =>
    logger.log("info", {
      event: "listening",
      runtime: "node",
      port: (server.address() as AddressInfo).port,
    }),
  );
  const connections = new Connections(server);
  server.once("error", (error) => {
    process.stderr.write(`${cannotListen(config.host, config.port, error)}\n`);
    process.exit(1);
  });
  stopOnSignals({
    logger,
    runtime: "node",
    drain: (graceMs) => {
      stopping = true;
      prepareToStop();
      return connections.drain(graceMs);
    },
    close,
  });
};

/** Serves Purser on Node as the environment says, until the process is told to stop. */
export const serveNode = (env: Environment, assets: Assets): void => {
  try {
    start(env, assets);
  } catch (error) {
    if (!(error instanceof InvalidEnvironment)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78);
  }
};
