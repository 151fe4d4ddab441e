import type { Latency } from "./histogram.ts";

/** What a load generator is told. Plain data: it travels to another process. */
export interface LoadPlan {
  readonly port: number;
  /** The API key that every request carries. */
  readonly token: string;
  /** Drawn at random, each as often as another. */
  readonly requests: readonly PlannedRequest[];
  /** One after the other instead, so that all come soon. */
  readonly each?: boolean;
  /** Each request carries an idempotency key that no other has. */
  readonly keyed?: boolean;
  /** What is sent after each success, `{id}` of its path being the `id` of the answer. */
  readonly follow?: PlannedRequest;
  /** What the body of a success must hold; a success without it is none. */
  readonly expect?: string;
  /** In a closed loop all are busy at all times; in an open one, at most so many. */
  readonly connections: number;
  /** Makes the loop an open one. */
  readonly arrivalsPerSecond?: number;
  /**
   * Connections of an open loop that are there before it begins, each with an answer behind it: of a
   * gateway in front, say. Without them each is made when a request finds none that is free.
   */
  readonly kept?: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** A closed loop goes on, for a while, until it has seen so many successes. */
  readonly atLeast?: number;
}

export interface PlannedRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
}

/** What was seen after the warm-up. */
export interface LoadResult {
  /** Successes a second; a request with what follows it counts once. */
  readonly perSecond: number;
  /** Of successes; with what follows, from the first request to the last answer. */
  readonly latency: Latency;
  /** Of what was refused with 503. */
  readonly refusals: Latency;
  /**
   * How often what came out: `good`, `503 overloaded`, `no answer`, ... Also of what was
   * answered after the end.
   */
  readonly outcomes: Readonly<Record<string, number>>;
}
