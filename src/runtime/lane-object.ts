import { DurableObject } from "cloudflare:workers";
import { createWalletStore } from "../db/wallets/wallet-store.ts";
import type { Job, JobResult } from "../domain/wallets/lane/job.ts";
import { Lane as CommandLane } from "../domain/wallets/lane/lane.ts";
import { defaultLaneOptions } from "../domain/wallets/lane/options.ts";
import { thisIsolate } from "./isolate.ts";
import { createLaneClient } from "./lane-client.ts";
import { observeLane } from "./lane-metrics.ts";
import { laneOf } from "./lane-route.ts";
import { sha256Hex } from "./sha256.ts";
import { sleep } from "./sleep.ts";
import { countStatements } from "./statement-metrics.ts";
import { readWorkerConfig, type WorkerEnv, workerDatabase } from "./worker-platform.ts";

/**
 * A lane near the database. It keeps nothing that matters: when it is reset, what it
 * remembered is read again, and what it had under way is found by its keys.
 */
export class Lane extends DurableObject<WorkerEnv> {
  #lane: CommandLane | undefined;

  submit(lane: number, job: Job): Promise<JobResult> {
    this.#lane ??= this.#start(lane);
    return this.#lane.submit(job);
  }

  /** Another lane changed this wallet. */
  forget(walletId: string): void {
    this.#lane?.forget(walletId);
  }

  #start(lane: number): CommandLane {
    const config = readWorkerConfig(this.env);
    const { metrics, touched } = thisIsolate(this.env);
    const count = observeLane(metrics);
    const others = createLaneClient(this.env.LANE, config.lanes);
    return new CommandLane(
      {
        store: createWalletStore(workerDatabase(config.database, countStatements(metrics))),
        sha256: sha256Hex,
        now: Date.now,
        random: Math.random,
        sleep,
        // Not when a job is answered: its commit may end later than it may wait.
        observe: (event) => {
          count(event);
          touched();
        },
        tell: (walletId) => this.ctx.waitUntil(others.forget(walletId).catch(() => {})),
      },
      {
        ...defaultLaneOptions,
        // Neighbours share the isolate's 128 MB.
        cacheBytes: 24 * 1024 * 1024,
        owns: (walletId) => laneOf(walletId, config.lanes.count) === lane,
      },
    );
  }
}
