import { parseArgs } from "node:util";

export const runtimes = ["workers", "node", "deno"] as const;

export type Runtime = (typeof runtimes)[number];

export interface DevOptions {
  readonly port: number;
  readonly runtime: Runtime;
  /** Split into gateway, directory and wallets; on Workers only. */
  readonly services: boolean;
  /** A throwaway database and folder. */
  readonly fresh: boolean;
  readonly seed: boolean;
}

export const usage =
  "npm run dev -- [--port N] [--runtime workers|node|deno] [--services] [--fresh] [--no-seed]";

/** The options, or a sentence on what is wrong with them. */
export const devOptions = (args: readonly string[]): DevOptions | string => {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        port: { type: "string", default: "8787" },
        runtime: { type: "string", default: "workers" },
        services: { type: "boolean", default: false },
        fresh: { type: "boolean", default: false },
        seed: { type: "boolean", default: true },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return "--port wants 1 to 65535.";
    const runtime = runtimes.find((name) => name === values.runtime);
    if (!runtime) return `--runtime wants one of ${runtimes.join(", ")}.`;
    const { services, fresh, seed } = values;
    if (services && runtime !== "workers") return "--services are Workers.";
    return { port, runtime, services, fresh, seed };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
