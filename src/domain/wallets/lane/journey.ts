import type { JobResult } from "./job.ts";

/** A stretch of a job's way through its lane. */
export interface LaneStep {
  /** `wait` for a commit, or for an answer that another job brings; the others are statements. */
  readonly kind: "wait" | "load" | "commit";
  /** Epoch milliseconds, by the lane's clock. */
  readonly at: number;
  readonly ms: number;
  /** Jobs that shared the statement. */
  readonly jobs?: number;
  readonly failure?: "unreachable" | "rejected";
}

/** Where one job's time went, told with its answer: a lane may be far from who waits for it. */
export class Journey {
  readonly #steps: LaneStep[] = [];
  #waitingSince: number;

  constructor(now: number) {
    this.#waitingSince = now;
  }

  /** A statement took the job up; it had waited since the step before. */
  wentOn(now: number): void {
    this.#steps.push({ kind: "wait", at: this.#waitingSince, ms: now - this.#waitingSince });
  }

  took(statement: LaneStep): void {
    this.#steps.push(statement);
    this.#waitingSince = statement.at + statement.ms;
  }

  end(result: JobResult, now: number): JobResult {
    if (now > this.#waitingSince) this.wentOn(now);
    return { ...result, steps: this.#steps };
  }
}
