import type { Job, JobResult } from "../../src/domain/wallets/lane/job.ts";
import { Lane } from "../../src/domain/wallets/lane/lane.ts";
import type { LaneEvent, LaneOptions } from "../../src/domain/wallets/lane/options.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import type { Random } from "./random.ts";
import type { Skew } from "./skew.ts";
import { connect, type DatabaseNetwork } from "./statements.ts";

export interface HostPorts {
  readonly network: DatabaseNetwork;
  readonly random: Random;
  readonly options: LaneOptions;
  readonly tell?: (walletId: string) => void;
  readonly observe: (event: LaneEvent) => void;
  /** A life of the lane took a job. */
  readonly reached: (job: Job, lane: string) => void;
}

/**
 * Where a lane runs: a process or a Durable Object, with a clock of its own. It can end at
 * any moment; then another lane takes its place that remembers nothing, and of what the
 * first one had under way nothing is heard again.
 */
export class LaneHost {
  readonly name: string;
  readonly #ports: HostPorts;
  readonly skew: Skew;
  #incarnation: Incarnation;
  #lives = 0;

  constructor(name: string, skew: Skew, ports: HostPorts) {
    this.name = name;
    this.skew = skew;
    this.#ports = ports;
    this.#incarnation = this.#start();
  }

  readonly now = (): number => Math.floor(this.#ports.network.schedule.now + this.skew.ms);

  get load(): Lane["load"] {
    return this.#incarnation.lane.load;
  }

  forget(walletId: string): void {
    this.#incarnation.lane.forget(walletId);
  }

  /** `ended` is told if the lane ends first. */
  submit(job: Job, answered: (result: JobResult) => void, ended: (error: unknown) => void): void {
    const life = this.#incarnation;
    life.waiting.add(ended);
    this.#ports.reached(job, life.name);
    life.lane
      .submit(job)
      .finally(() => life.waiting.delete(ended))
      .then(
        (result) => life.alive && answered(result),
        (error: unknown) => life.alive && ended(new LaneCrashed(error)),
      );
  }

  readonly end = (): void => {
    const { waiting } = this.#incarnation;
    this.#incarnation.alive = false;
    this.#incarnation = this.#start();
    for (const ended of waiting) ended(new LaneEnded());
  };

  #start(): Incarnation {
    this.#lives += 1;
    const { network, options, random, observe, tell } = this.#ports;
    const name = `${this.name}.${this.#lives}`;
    const alive = () => life.alive;
    const connected = { name, now: this.now, alive, die: () => alive() && this.end() };
    const lane = new Lane(
      {
        store: connect(network, connected),
        sha256: sha256Hex,
        now: this.now,
        random: random.fork(name).fraction,
        sleep: (ms) =>
          new Promise((resolve) => {
            network.schedule.after(ms, `${name} wakes`, () => alive() && resolve());
          }),
        observe,
        ...(tell && { tell }),
      },
      options,
    );
    const life: Incarnation = { name, lane, alive: true, waiting: new Set() };
    return life;
  }
}

interface Incarnation {
  readonly name: string;
  readonly lane: Lane;
  alive: boolean;
  /** Who is told that the lane ended before it answered. */
  readonly waiting: Set<(error: unknown) => void>;
}

/** As the runtime marks the errors of a Durable Object that was reset. */
export class LaneEnded extends Error {
  readonly retryable = true;
}

/** The lane threw: a bug. */
export class LaneCrashed extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
