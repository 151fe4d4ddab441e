import { type Server, startServerProcess } from "./server.ts";
import { startWorkers } from "./workers.ts";

export interface SystemOptions {
  /** Configuration and secrets, the same for all on one database. */
  readonly env: Readonly<Record<string, string>>;
}

export interface System {
  /** As the report names it. */
  readonly title: string;
  readonly start: (options: SystemOptions) => Promise<Server>;
}

/** All that serves HTTP. */
export const systems = {
  node: {
    title: "Purser on Node",
    start: ({ env }) => startServerProcess({ entry: "src/runtime/node.ts", env }),
  },
  deno: {
    title: "Purser on Deno",
    start: ({ env }) => startServerProcess({ entry: "src/runtime/deno.ts", env, runtime: "deno" }),
  },
  "row-locks": {
    title: "the usual way on Node",
    start: ({ env }) => startServerProcess({ entry: "bench/systems/row-locks/server.ts", env }),
  },
  empty: {
    title: "an empty handler on Node",
    start: ({ env }) => startServerProcess({ entry: "bench/systems/empty/server.ts", env }),
  },
  workers: {
    title: "Purser on workerd",
    start: startWorkers,
  },
  direct: {
    title: "one statement a payment on workerd",
    start: ({ env }) => startWorkers({ env, entry: "bench/systems/direct/worker.ts" }),
  },
} as const satisfies Readonly<Record<string, System>>;

export type SystemName = keyof typeof systems;
