import type { Directory } from "../domain/directory/directory.ts";
import type { Wallets } from "../domain/wallets/wallets.ts";
import type { RequestScope } from "../observability/activity.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Snapshot } from "../observability/snapshot.ts";
import type { Tracing } from "./middleware/trace.ts";
import type { TokenStore } from "./rate-limit/token-store.ts";

/**
 * Everything the app needs from its composition root: interfaces of plain async
 * functions, so that each may be a stub of another Worker.
 */
export interface Services {
  readonly directory: Directory;
  readonly wallets: Wallets;
  /** Where this isolate leases its blocks of rate-limit tokens. */
  readonly tokenStore: TokenStore;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  /** What is counted, everywhere: on Workers by all isolates, else by this process. */
  readonly scrape: () => Promise<Snapshot>;
  readonly logger: Logger;
  /** Where traces go; without it they are continued and go nowhere. */
  readonly tracing: Tracing | undefined;
  /** Finds the request that a statement belongs to. */
  readonly scope: RequestScope;
  readonly assets: Assets;
  readonly config: AppConfig;
  /** Lets work outlive the response (`waitUntil`); never rejects into the caller. */
  readonly defer: (work: Promise<unknown>) => void;
  /**
   * SHA-256 of a text's UTF-8, in lower-case hex. From the runtime, and at once: through
   * WebCrypto's promises two of them cost a third of a request's time on Node.
   */
  readonly sha256: (text: string) => string;
  /** Keyed digest (hex) of a text that could be guessed: fingerprints of requests. */
  readonly mac: (text: string) => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether commands are refused for now, where this process knows: its lane's queue is full. */
  readonly isFull?: (() => boolean) | undefined;
}

/** Whether requests can be served: the database answers and its schema is this version's. */
export interface Readiness {
  check(): Promise<ReadyState>;
}

export interface ReadyState {
  /** It answers. */
  readonly database: boolean;
  /** Its schema is this version's. */
  readonly migrations: boolean;
}

/** Built static files (the API reference under `docs/`): Workers assets, or a folder. */
export interface Assets {
  /** `path` is relative, without a leading slash and without `..`; `null` if there is no such file. */
  fetch(path: string): Promise<Response | null>;
}

export interface AppConfig {
  readonly version: string;
  readonly runtime: "workers" | "node" | "deno";
  /** At least 32 characters; without one, nothing can be done as admin. */
  readonly adminToken: string | undefined;
  /** When set, `/metrics` wants it as bearer token. */
  readonly metricsToken: string | undefined;
  /** Exact origins, or `*`; none by default. */
  readonly corsOrigins: readonly string[];
  /** For keys that have no limit of their own. */
  readonly rateLimitPerSecond: number;
  /** Of the requests that went well and fast, the share that is logged: 0 to 1. */
  readonly logShare: number;
  /** A request that took this long is always logged and, where traces are exported, traced. */
  readonly slowMs: number;
  /** Default 1 MiB. */
  readonly maxBodyBytes: number;
}

export const defaultMaxBodyBytes = 1_048_576;
