import type { Latency } from "./load/histogram.ts";
import type { Interval } from "./statistics/interval.ts";

/** What one run of one contender showed. */
export interface Sample {
  /** Successes a second. */
  readonly perSecond: number;
  readonly latency: Latency;
  /** Of what was refused with 503. */
  readonly refusals?: Latency;
  /** How often what came out; `good` is a success. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface Measured {
  readonly title: string;
  /** One a round. */
  readonly samples: readonly Sample[];
}

export type Measure = "perSecond" | "p50" | "p99" | "p999";

/** The lower end of an `atLeast`, or the upper end of an `atMost`, must keep to it. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** What is told of a scenario: a ratio, or a value that is one by itself. */
export interface Finding {
  readonly title: string;
  /** What of them: throughput, median latency. */
  readonly measure?: string;
  /** Of what is no ratio. */
  readonly unit?: string;
  readonly interval: Interval;
  /** What the project promises of it. */
  readonly claim?: Claim;
}

export interface Claim {
  readonly text: string;
  readonly target: Target;
  /** Why it cannot be met whatever the figure says: something was answered that should not have been. */
  readonly spoiled?: string;
}

export interface ScenarioResult {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly measured: readonly Measured[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
  /** In place of the one that is made of what was measured. */
  readonly chart?: Chart;
}

export interface Chart {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Of its interval. */
  readonly low?: number;
  readonly high?: number;
}
