import type { Database } from "../db/database.ts";
import { neonDatabase } from "../db/drivers/neon.ts";
import type { OnStatement } from "../db/drivers/observe.ts";
import { type Config, type Environment, readConfig } from "./config.ts";
import type { LaneNamespace } from "./lane-client.ts";
import type { MetricsNamespace } from "./metrics-object.ts";
import type { RateLimitsNamespace } from "./rate-limits-object.ts";
import { version } from "./version.ts";

/** The Worker's bindings; `wrangler.toml` names them. */
export interface WorkerEnv extends Environment {
  readonly LANE: LaneNamespace;
  readonly RATE_LIMITS: RateLimitsNamespace;
  readonly METRICS: MetricsNamespace;
  readonly ASSETS: { fetch(url: string): Promise<Response> };
}

export const readWorkerConfig = (env: WorkerEnv): Config => readConfig(env, "workers", version);

/** Neon over HTTP keeps nothing between requests, as Workers want it. */
export const workerDatabase = (config: Config, onStatement: OnStatement): Database =>
  neonDatabase({
    url: config.database.url,
    ...(config.database.endpoint && { endpoint: config.database.endpoint }),
    onStatement,
  });
