import type { LaneOptions } from "./options.ts";

type PaceOptions = Pick<LaneOptions, "maxBatch" | "nearBatch" | "maxCommits" | "secondCommitFrom">;

/** How many commits a lane has under way and how large they are, by where their time goes. */
export class CommitPace {
  readonly #options: PaceOptions;
  /** What a commit lately took outside the database at best, and inside it on average. */
  #wayMs = 0;
  #executionMs = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  measure(commitMs: number, executionMs: number): void {
    const way = commitMs - executionMs;
    // Down at once, up slowly: a busy processor lengthens the way of many commits, a network that of all.
    this.#wayMs = way < this.#wayMs ? way : this.#wayMs + (way - this.#wayMs) / 16;
    this.#executionMs += (executionMs - this.#executionMs) / 8;
  }

  /**
   * More commits than two help only while they wait for the network, not for the database.
   * The second is for the time in which the database waits for us: while one batch is read,
   * decided and written down, another one is committed, if enough jobs are ready to be worth
   * a statement of their own.
   */
  commitsAllowed(ready: number): number {
    const { maxCommits, secondCommitFrom } = this.#options;
    if (this.#networkDominates) return maxCommits;
    return ready >= secondCommitFrom ? Math.min(2, maxCommits) : 1;
  }

  /** Jobs in the next commit: near, half of what is ready, so that two alternate, and not too few. */
  jobsAllowed(ready: number): number {
    const { maxBatch, nearBatch } = this.#options;
    return this.#networkDominates
      ? maxBatch
      : Math.min(Math.max(nearBatch, Math.floor(ready / 2)), maxBatch);
  }

  /** Whether a commit's time is spent on the way to the database, not in it. */
  get #networkDominates(): boolean {
    return this.#wayMs > 8 && this.#wayMs > 2 * this.#executionMs;
  }
}
