import { createApp } from "../app.ts";
import { contexts } from "../db/contexts.ts";
import { postgresDatabase } from "../db/drivers/postgres.ts";
import { createWalletStore } from "../db/wallets/wallet-store.ts";
import { Lane } from "../domain/wallets/lane/lane.ts";
import { defaultLaneOptions } from "../domain/wallets/lane/options.ts";
import { createMetrics } from "../observability/metrics.ts";
import { createBucketStore } from "../routes/rate-limit/bucket-store.ts";
import type { Assets } from "../routes/services.ts";
import { composeServices } from "./compose.ts";
import { type Environment, readConfig } from "./config.ts";
import { observeLane } from "./lane-metrics.ts";
import { levelledLogger } from "./levelled-logger.ts";
import { writeToProcess } from "./process-log.ts";
import { createRequestScope } from "./request-scope.ts";
import { sha256Hex } from "./sha256.ts";
import { shareLookUps } from "./shared-look-ups.ts";
import { sleep } from "./sleep.ts";
import { countStatements } from "./statement-metrics.ts";
import { startSweeping } from "./sweep.ts";
import { createTracing } from "./tracing.ts";
import { version } from "./version.ts";

/** While the database is far away; two connections are left to loads and as many to reads. */
const mostCommits = (connections: number): number => Math.min(8, Math.max(1, connections - 4));

/**
 * Purser in one process, on Node and Deno: postgres.js, one lane for all wallets.
 * Several processes on one database are safe: each commit proves what it was decided on.
 */
export const startProcess = (env: Environment, runtime: "node" | "deno", assets: Assets) => {
  const config = readConfig(env, runtime, version);
  const logger = levelledLogger(config.logLevel, writeToProcess());
  const metrics = createMetrics({ version, runtime });
  const scope = createRequestScope();
  const { url, readUrl, connections } = config.database;
  const database = postgresDatabase({
    url,
    connections,
    onStatement: countStatements(metrics, scope),
  });
  const replica =
    readUrl === undefined
      ? undefined
      : postgresDatabase({
          url: readUrl,
          connections,
          onStatement: countStatements(metrics, scope, "replica"),
        });
  const lane = new Lane(
    {
      store: createWalletStore(database),
      sha256: sha256Hex,
      now: Date.now,
      random: Math.random,
      sleep,
      soon: setImmediate,
      observe: observeLane(metrics),
    },
    { ...defaultLaneOptions, maxCommits: mostCommits(connections) },
  );
  const background = new Set<Promise<unknown>>();
  const defer = (work: Promise<unknown>): void => {
    const settled = work
      .catch(() => logger.log("error", { event: "background_failed" }))
      .finally(() => background.delete(settled));
    background.add(settled);
  };
  let stopping = false;
  const tracing = createTracing(config.traces, { metrics, version, runtime, defer });
  const services = composeServices({
    config,
    database,
    replica,
    lane,
    metrics,
    scrape: async () => metrics.snapshot(),
    logger,
    tokenStore: createBucketStore(Date.now),
    assets,
    tracing,
    scope,
    share: shareLookUps(scope),
    isFull: () => lane.isFull,
    defer,
    stopping: () => stopping,
  });
  const stopSweeping = startSweeping(
    {
      ...{ database, lane, logger, metrics },
      contexts,
      keyRetentionDays: config.database.keyRetentionDays,
    },
    config.sweepSeconds * 1_000,
  );
  return {
    config,
    logger,
    app: createApp(services),
    /** Nobody is kept waiting for events any more. */
    prepareToStop: () => {
      stopping = true;
    },
    /** Lets what outlives its response end, then closes the connections. */
    close: async () => {
      await stopSweeping();
      await Promise.allSettled(background);
      await tracing?.flush();
      await Promise.all([database.close(), replica?.close()]);
    },
  };
};

/** For the operator who reads it: most often somebody else has the port. */
export const cannotListen = (host: string, port: number, error: unknown): string =>
  `Cannot listen on ${host}, port ${port}: ${error instanceof Error ? error.message : error}`;
