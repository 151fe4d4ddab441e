import type { AddressInfo } from "node:net";
import type { Assets } from "../routes/services.ts";
import { type Environment, InvalidEnvironment } from "./config.ts";
import { Connections } from "./connections.ts";
import { createNodeServer } from "./node-server.ts";
import { cannotListen, startProcess } from "./process.ts";
import { stopOnSignals } from "./stopping.ts";

const start = (env: Environment, assets: Assets): void => {
  const { app, config, logger, prepareToStop, close } = startProcess(env, "node", assets);
  let stopping = false;
  const { server, listen } = createNodeServer(async (request, { socket }) => {
    const response = await app.fetch(request);
    // The client asks elsewhere the next time, and is not cut off.
    if (stopping && connections.isLastAnswer(socket)) {
      response.headers.set("Connection", "close");
    }
    return response;
  });
  const connections = new Connections(server);
  listen(config.host, config.port, () =>
    logger.log("info", {
      event: "listening",
      runtime: "node",
      port: (server.address() as AddressInfo).port,
    }),
  );
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
