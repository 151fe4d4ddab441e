import type { LaneOptions } from "./options.ts";

type QueueOptions = Pick<LaneOptions, "maxQueue" | "lastingQueue" | "burstMs">;

/**
 * How many jobs may wait in a lane. A burst may fill the queue: it is worked off, and everybody
 * gets what he asked for. But where more come than are done, a queue is full however long it is,
 * and all that its length gives is what each job waits. So a queue that does not get short again
 * is kept short: what is too much is refused at once, and the rest is soon done.
 */
export class QueueLimit {
  readonly #options: QueueOptions;
  /** Since when the queue has not been short, in epoch milliseconds. */
  #longSince: number | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Whether one more is one too many; `now` in epoch milliseconds. Asked for each job that comes. */
  isReached(waiting: number, now: number): boolean {
    const { maxQueue, lastingQueue, burstMs } = this.#options;
    if (waiting >= lastingQueue) this.#longSince ??= now;
    // Half as long, since a commit takes many at once, and the next job to come finds it shorter.
    else if (waiting < lastingQueue / 2) this.#longSince = undefined;
    const lasts = this.#longSince !== undefined && now - this.#longSince >= burstMs;
    return waiting >= (lasts ? Math.min(lastingQueue, maxQueue) : maxQueue);
  }
}
