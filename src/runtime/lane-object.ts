import { DurableObject, RpcTarget } from "cloudflare:workers";
import { createWalletStore } from "../db/wallets/wallet-store.ts";
import type { Job } from "../domain/wallets/lane/job.ts";
import { Lane as CommandLane } from "../domain/wallets/lane/lane.ts";
import { defaultLaneOptions } from "../domain/wallets/lane/options.ts";
import { thisIsolate } from "./isolate.ts";
import { type AnswersSoFar, JobAnswers } from "./job-answers.ts";
import type { CallAnswer, RestOfCall } from "./lane-calls.ts";
import { lanesIn } from "./lane-client.ts";
import { observeLane } from "./lane-metrics.ts";
import { laneOf } from "./lane-route.ts";
import { levelledLogger } from "./levelled-logger.ts";
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

  async submit(lane: number, jobs: readonly Job[]): Promise<CallAnswer> {
    this.#lane ??= this.#start(lane);
    const own = this.#lane;
    const results = jobs.map((job) => own.submit(job));
    const answers = new JobAnswers(results, (error) => this.#failed(lane, error));
    const first = await answers.next();
    return { answers: first.answers, rest: first.more ? new Rest(answers) : undefined };
  }

  /** Another lane changed this wallet. */
  forget(walletId: string): void {
    this.#lane?.forget(walletId);
  }

  #failed(lane: number, error: unknown): void {
    const logger = levelledLogger(readWorkerConfig(this.env).logLevel);
    const name = error instanceof Error ? error.name : "unknown";
    logger.log("error", { event: "job_failed", lane, error: name });
  }

  #start(lane: number): CommandLane {
    const config = readWorkerConfig(this.env);
    const { metrics, touched } = thisIsolate(this.env);
    const observed = observeLane(metrics);
    const laneAt = lanesIn(this.env.LANE, config.lanes);
    const { count } = config.lanes;
    return new CommandLane(
      {
        store: createWalletStore(workerDatabase(config.database, countStatements(metrics))),
        sha256: sha256Hex,
        now: Date.now,
        random: Math.random,
        sleep,
        // Not when a job is answered: its commit may end later than it may wait.
        observe: (event) => {
          observed(event);
          touched();
        },
        tell: (walletId) => {
          const told = laneAt(laneOf(walletId, count)).forget(walletId);
          this.ctx.waitUntil(told.catch(() => {}));
        },
      },
      {
        ...defaultLaneOptions,
        // Neighbours share the isolate's 128 MB.
        cacheBytes: 24 * 1024 * 1024,
        owns: (walletId) => laneOf(walletId, count) === lane,
      },
    );
  }
}

/** What is left of a call, for the edge that made it. */
class Rest extends RpcTarget implements RestOfCall {
  readonly #answers: JobAnswers;

  constructor(answers: JobAnswers) {
    super();
    this.#answers = answers;
  }

  next(): Promise<AnswersSoFar> {
    return this.#answers.next();
  }
}
