import { Histogram } from "./histogram.ts";
import type { LoadResult } from "./plan.ts";
import type { Answer } from "./response-parser.ts";

export const good = "good";
export const noAnswer = "no answer";
/** It was due, and every connection was busy until the end. */
export const notSent = "not sent";

/** What an answer means to who counts; `expect` is what the body of a success must hold. */
export const outcomeOf = (answer: Answer | undefined, expect: Buffer | undefined): string => {
  if (!answer) return noAnswer;
  const { status, body } = answer;
  if (status >= 300) return `${status} ${codeIn(body)}`;
  return !expect || body.includes(expect) ? good : `${status} unexpected`;
};

const codeField = Buffer.from('"code":"');

/** The `code` of a problem document. */
const codeIn = (body: Buffer): string => {
  const at = body.indexOf(codeField);
  if (at < 0) return "without a code";
  const start = at + codeField.length;
  return body.toString("latin1", start, body.indexOf('"', start));
};

/**
 * Counts what came out. Rates and latencies are of what was answered within a stretch of
 * time; the outcomes also of what was under way at its end.
 */
export class Tally {
  readonly #from: number;
  #until: number;
  readonly #latency = new Histogram();
  readonly #refusals = new Histogram();
  readonly #outcomes = new Map<string, number>();

  constructor(from: number, until: number) {
    this.#from = from;
    this.#until = until;
  }

  get until(): number {
    return this.#until;
  }

  get successes(): number {
    return this.#latency.count;
  }

  /** The stretch goes on to there. */
  extend(until: number): void {
    this.#until = until;
  }

  /** `at` is when it came out, `since` when it was sent or should have been. */
  add(outcome: string, since: number, at: number): void {
    if (at < this.#from) return;
    this.count(outcome, 1);
    if (at >= this.#until) return;
    if (outcome === good) this.#latency.record(at - since);
    if (outcome.startsWith("503 ")) this.#refusals.record(at - since);
  }

  count(outcome: string, times: number): void {
    if (times > 0) this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + times);
  }

  result(): LoadResult {
    return {
      perSecond: (this.#latency.count * 1_000) / (this.#until - this.#from),
      latency: this.#latency.summary(),
      refusals: this.#refusals.summary(),
      outcomes: Object.fromEntries(this.#outcomes),
    };
  }
}
