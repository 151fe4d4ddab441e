import type { JobResult } from "../domain/wallets/lane/job.ts";

/** What became of one of a call's jobs; `at` is its place among them. */
export type JobAnswer =
  | { readonly at: number; readonly result: JobResult }
  | { readonly at: number; readonly failed: true };

export interface AnswersSoFar {
  readonly answers: readonly JobAnswer[];
  /** Whether jobs are left that have none. */
  readonly more: boolean;
}

/**
 * The answers to a call's jobs as they come, so that none waits for another one that takes
 * longer: jobs of a call need not be in the same commit, and one may be tried again and again.
 */
export class JobAnswers {
  #ready: JobAnswer[] = [];
  #left: number;
  #heard = (): void => {};

  /** `failed` is told why a job has no result: that is a bug, and not for whoever asked. */
  constructor(results: readonly Promise<JobResult>[], failed: (error: unknown) => void) {
    this.#left = results.length;
    for (const [at, result] of results.entries()) {
      result.then(
        (result) => this.#add({ at, result }),
        (error: unknown) => {
          failed(error);
          this.#add({ at, failed: true });
        },
      );
    }
  }

  /**
   * Those that have come since it was last asked, once there is one. Those of one commit come
   * together: their promises were settled before this one goes on.
   */
  async next(): Promise<AnswersSoFar> {
    if (this.#ready.length === 0 && this.#left > 0) {
      await new Promise<void>((heard) => {
        this.#heard = heard;
      });
    }
    const answers = this.#ready;
    this.#ready = [];
    return { answers, more: this.#left > 0 };
  }

  #add(answer: JobAnswer): void {
    this.#ready.push(answer);
    this.#left -= 1;
    this.#heard();
  }
}
