import type { Database } from "../db/database.ts";
import { neonDatabase } from "../db/drivers/neon.ts";
import type { OnStatement } from "../db/drivers/observe.ts";
import { type Config, type DatabaseConfig, readConfig } from "./config.ts";
import type { LaneNamespace } from "./lane-client.ts";
import { version } from "./version.ts";
import type { EdgeEnv } from "./worker-edge.ts";

/** The Worker's bindings; `wrangler.toml` names them. */
export interface WorkerEnv extends EdgeEnv {
  readonly LANE: LaneNamespace;
}

export const readWorkerConfig = (env: WorkerEnv): Config => readConfig(env, "workers", version);

/** Neon over HTTP keeps nothing between requests, as Workers want it. */
export const workerDatabase = (
  { url, endpoint }: DatabaseConfig,
  onStatement: OnStatement,
): Database => neonDatabase({ url, ...(endpoint && { endpoint }), onStatement });
