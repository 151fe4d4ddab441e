import type { Activity } from "./activity.ts";
import type { TraceContext } from "./trace-context.ts";

/**
 * All that is told of a request once it is answered: log line, metrics and trace are made
 * of this. No path, query, header or body: they can hold card numbers and keys.
 */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly trace: TraceContext;
  /** Known once the caller is. */
  readonly organizationId: string | undefined;
  readonly apiKeyId: string | undefined;
  /** A client's text: whoever writes it down folds what HTTP does not know. */
  readonly method: string;
  /** The pattern, never the path; `unmatched` if there is none. */
  readonly route: string;
  readonly status: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Of the bodies, where their length is known when they begin; else 0. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Of the problem that was answered. */
  readonly code: string | undefined;
  /** Answered with the stored outcome of its idempotency key. */
  readonly replayed: boolean;
  /** Card payments that it decided, replays left out. */
  readonly decisions: readonly Decision[];
  /** What was thrown, as far as it may be told. */
  readonly failure: Failure | undefined;
  readonly activity: Activity;
  /** That the answer waited for; one that requests shared counts for each. */
  readonly statements: number;
}

/** A card payment's decision. */
export interface Decision {
  readonly outcome: "approved" | "partial" | "declined";
  /** The first reason of a decline; empty when approved. */
  readonly reason: string;
  readonly currency: string;
  /** Minor units that were approved. */
  readonly amountMinor: number;
}

/** An error as it may be told: never its message, which can hold data. */
export interface Failure {
  readonly error: string;
  readonly at: string | undefined;
  readonly sqlState: string | undefined;
}

/** Hears of every request. */
export interface RequestObserver {
  readonly began?: (route: string) => void;
  readonly answered: (request: AnsweredRequest) => void;
}

/** How a request ended, in a word: what was decided if it decided one payment, else by its status. */
export const outcomeOf = ({ status, replayed, decisions }: AnsweredRequest): string => {
  if (status >= 500) return "failed";
  if (status >= 400) return "refused";
  if (replayed) return "replayed";
  const [decision, ...more] = decisions;
  return decision && more.length === 0 ? decision.outcome : "ok";
};

/** Why a payment was declined. */
export const reasonOf = ({ decisions }: AnsweredRequest): string | undefined =>
  decisions.length === 1 ? decisions[0]?.reason || undefined : undefined;
