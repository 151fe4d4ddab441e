import { freshSecrets } from "../../scripts/secrets.ts";
import { createApp } from "../../src/app.ts";
import { contexts } from "../../src/db/contexts.ts";
import { createWalletStore } from "../../src/db/wallets/wallet-store.ts";
import { Lane } from "../../src/domain/wallets/lane/lane.ts";
import { createMetrics } from "../../src/observability/metrics.ts";
import { createBucketStore } from "../../src/routes/rate-limit/bucket-store.ts";
import type { Services } from "../../src/routes/services.ts";
import { composeServices } from "../../src/runtime/compose.ts";
import { readConfig } from "../../src/runtime/config.ts";
import { levelledLogger } from "../../src/runtime/levelled-logger.ts";
import { createRequestScope } from "../../src/runtime/request-scope.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import { sleep } from "../../src/runtime/sleep.ts";
import type { Sweep } from "../../src/runtime/sweep.ts";
import type { Server } from "../support/api.ts";
import { type Recorder, recorderOn } from "./recorder.ts";

export interface ExplainedApp {
  readonly server: Server;
  readonly recorder: Recorder;
  readonly sweep: Sweep;
  readonly services: Services;
  close(): Promise<void>;
}

/** Purser over a database that explains what it is asked. */
export const explainedApp = (databaseUrl: string): ExplainedApp => {
  const recorder = recorderOn(databaseUrl);
  const { database } = recorder;
  const config = readConfig(
    {
      ...freshSecrets(),
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: "silent",
      RATE_LIMIT_PER_SECOND: "100000",
    },
    "node",
    "test",
  );
  const metrics = createMetrics({ version: "test", runtime: "node" });
  const logger = levelledLogger(config.logLevel);
  const lane = new Lane({
    store: createWalletStore(database),
    sha256: sha256Hex,
    now: Date.now,
    random: Math.random,
    sleep,
  });
  const services = composeServices({
    config,
    database,
    lane,
    metrics,
    scrape: async () => metrics.snapshot(),
    logger,
    tokenStore: createBucketStore(Date.now),
    assets: { fetch: async () => null },
    tracing: undefined,
    scope: createRequestScope(),
    defer: () => {},
  });
  const app = createApp(services);
  return {
    server: {
      url: "http://purser.invalid",
      adminToken: config.app.adminToken ?? "",
      databaseUrl,
      database,
      fetch: async (request) => app.fetch(request),
    },
    recorder,
    sweep: { database, lane, logger, metrics, contexts, keyRetentionDays: 60 },
    services,
    close: recorder.close,
  };
};
