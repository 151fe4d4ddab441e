import process from "node:process";
import { InvalidEnvironment } from "./config.ts";
import { startProcess } from "./process.ts";

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

const start = (): void => {
  const { app, config, logger, close } = startProcess(process.env, "deno");
  const server = Deno.serve(
    {
      hostname: config.host,
      port: config.port,
      onListen: ({ port }) => logger.log("info", { event: "listening", runtime: "deno", port }),
    },
    (request) => app.fetch(request),
  );
  const stop = async (): Promise<void> => {
    logger.log("info", { event: "stopping", runtime: "deno" });
    await server.shutdown();
    await close();
    process.exit(0);
  };
  process.once("SIGTERM", () => void stop());
  process.once("SIGINT", () => void stop());
};

try {
  start();
} catch (error) {
  if (!(error instanceof InvalidEnvironment)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(78);
}
