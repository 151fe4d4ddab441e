import type { Hono } from "hono";
import { createApp } from "../../app.ts";
import type { HonoEnv } from "../../routes/hono-env.ts";
import { thisIsolate } from "../isolate.ts";
import { macWith, sha256Hex } from "../sha256.ts";
import { type EdgeEnv, workerEdge } from "../worker-edge.ts";
import { readGatewayConfig } from "./config.ts";
import { readinessOf, scrapeOf } from "./inspection.ts";
import { type Carried, remote } from "./remote.ts";
import {
  type DirectoryService,
  directoryVerbs,
  type WalletsService,
  walletsVerbs,
} from "./verbs.ts";

// biome-ignore lint/performance/noBarrelFile: the runtime looks for its classes in the entry.
export { Metrics } from "../metrics-object.ts";
export { RateLimits } from "../rate-limits-object.ts";

/** The Worker's bindings; `services/gateway.toml` names them. */
interface GatewayEnv extends EdgeEnv {
  readonly DIRECTORY: Carried<DirectoryService>;
  readonly WALLETS: Carried<WalletsService>;
}

let app: Hono<HonoEnv> | undefined;

const start = (env: GatewayEnv): Hono<HonoEnv> => {
  const config = readGatewayConfig(env);
  const edge = workerEdge(env, config);
  const directory = remote("directory", directoryVerbs, env.DIRECTORY, edge.scope);
  const wallets = remote("wallets", walletsVerbs, env.WALLETS, edge.scope);
  const services = { directory, wallets };
  return createApp({
    ...edge,
    ...services,
    readiness: readinessOf(services),
    scrape: scrapeOf(edge.scrape, services),
    config: config.app,
    sha256: sha256Hex,
    mac: macWith(config.requestKey),
    now: Date.now,
  });
};

/** All that clients reach: keys, rate limits, request ids and routes, over the two services. */
export default {
  fetch: async (request: Request, env: GatewayEnv): Promise<Response> => {
    app ??= start(env);
    try {
      return await app.fetch(request);
    } finally {
      thisIsolate(env).touched();
    }
  },
};
