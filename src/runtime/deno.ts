import process from "node:process";
import { builtAssets } from "./built-assets.ts";
import { InvalidEnvironment } from "./config.ts";
import { cannotListen, startProcess } from "./process.ts";
import { sleep } from "./sleep.ts";
import { stopOnSignals } from "./stopping.ts";

/** The part of Deno that is used here; its types are not among this project's. */
declare const Deno: {
  serve(
    options: {
      hostname: string;
      port: number;
      onListen: (address: { port: number }) => void;
    },
    handler: (request: Request) => Response | Promise<Response>,
  ): { shutdown(): Promise<void> };
};

/** For so long answers close their connections; Deno then ends at once those that are idle. */
const farewellMs = 1_000;

const start = (): void => {
  const { app, config, logger, prepareToStop, close } = startProcess(
    process.env,
    "deno",
    builtAssets(),
  );
  let stopping = false;
  let unanswered = 0;
  const answer = async (request: Request): Promise<Response> => {
    unanswered += 1;
    try {
      const response = await app.fetch(request);
      if (stopping) response.headers.set("Connection", "close");
      return response;
    } finally {
      unanswered -= 1;
    }
  };
  const { host: hostname, port } = config;
  const server = listening(hostname, port, () =>
    Deno.serve(
      {
        hostname,
        port,
        onListen: ({ port }) => logger.log("info", { event: "listening", runtime: "deno", port }),
      },
      answer,
    ),
  );
  stopOnSignals({
    logger,
    runtime: "deno",
    drain: async (graceMs) => {
      stopping = true;
      prepareToStop();
      await sleep(farewellMs);
      await Promise.race([server.shutdown(), sleep(graceMs - farewellMs)]);
      return unanswered === 0;
    },
    close,
  });
};

const listening = <Server>(hostname: string, port: number, serve: () => Server): Server => {
  try {
    return serve();
  } catch (error) {
    process.stderr.write(`${cannotListen(hostname, port, error)}\n`);
    process.exit(1);
  }
};

try {
  start();
} catch (error) {
  if (!(error instanceof InvalidEnvironment)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(78);
}
