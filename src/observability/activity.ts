/** A piece of work that a request waited for. */
export interface Act {
  /** A statement's name, or what a lane did; from a bounded set. */
  readonly name: string;
  readonly kind: "statement" | "work";
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Present when it failed: a SQLSTATE, `unreachable`, or an error's class. */
  readonly failure?: string;
  /** How many requests shared it, where that can be more than one. */
  readonly jobs?: number;
  /** What it consisted of. */
  readonly within?: readonly Act[];
}

/** What one request has caused so far, for its log line, its trace and its metrics. */
export interface Activity {
  readonly acts: Act[];
}

/**
 * Finds the request that some work belongs to, across awaits, without passing it through
 * every call. What runs outside any request, such as a lane's shared commits, has none.
 */
export interface RequestScope {
  run<T>(activity: Activity | undefined, work: () => T): T;
  current(): Activity | undefined;
}

/** Statements that the request waited for. One that several requests shared counts for each. */
export const statementsOf = (acts: readonly Act[]): number =>
  acts.reduce(
    (sum, { kind, within }) => sum + (kind === "statement" ? 1 : 0) + statementsOf(within ?? []),
    0,
  );
