import { waitUntil } from "cloudflare:workers";
import { createMetrics, type Metrics } from "../observability/metrics.ts";
import { Reporter } from "../observability/reporter.ts";
import { mergeSnapshots, type Snapshot } from "../observability/snapshot.ts";
import type { MetricsNamespace } from "./metrics-object.ts";
import { sleep } from "./sleep.ts";
import { version } from "./version.ts";

/** Changes when a family's labels or bounds do, or what is stored: two versions cannot be added. */
const metricsGeneration = 2;

const metricsShards = 2;

const shardName = (shard: number): string => `metrics-${metricsGeneration}-${shard}`;

export interface CountedEnv {
  readonly METRICS: MetricsNamespace;
}

/** What a Worker and the Durable Objects beside it in one isolate count together. */
export interface Isolate {
  readonly metrics: Metrics;
  /** Something was counted; call it where a request or a call of an object is under way. */
  touched(): void;
  /** What all isolates counted. */
  scrape(): Promise<Snapshot>;
}

let isolate: Isolate | undefined;

/** The isolate's own, made on first use: what is made when a module loads can draw no random name. */
export const thisIsolate = (env: CountedEnv): Isolate => {
  isolate ??= startIsolate(env);
  return isolate;
};

const startIsolate = ({ METRICS }: CountedEnv): Isolate => {
  const metrics = createMetrics({ version, runtime: "workers" });
  const own = crypto.getRandomValues(new Uint8Array(1))[0] ?? 0;
  const reporter = new Reporter({
    snapshot: () => metrics.snapshot(),
    send: (report) => METRICS.getByName(shardName(own % metricsShards)).report(report),
    newEpoch: () => crypto.randomUUID(),
    now: Date.now,
    sleep,
  });
  return {
    metrics,
    touched: () => {
      const report = reporter.touched();
      // A report that is lost is said again with the next one: it is a total.
      if (report) waitUntil(report.catch(() => {}));
    },
    scrape: async () => {
      await reporter.flush();
      const shards = Array.from({ length: metricsShards }, (_, shard) =>
        METRICS.getByName(shardName(shard)).total(),
      );
      return mergeSnapshots(await Promise.all(shards));
    },
  };
};
