import { httpMethods } from "./http-methods.ts";
import {
  type Clock,
  type Counter,
  counter,
  type Gauge,
  gauge,
  type Histogram,
  histogram,
} from "./registry.ts";
import type { Snapshot } from "./snapshot.ts";

/** Everything that Purser counts in one isolate or process. */
export interface Metrics {
  readonly httpRequests: Counter<"route" | "method" | "status">;
  readonly httpDuration: Histogram<"route" | "method">;
  readonly httpInFlight: Gauge<never>;
  readonly requestBytes: Counter<"route">;
  readonly responseBytes: Counter<"route">;
  /** Statements that an answer waited for; one that requests share counts for each of them. */
  readonly requestStatements: Histogram<"route" | "method">;
  readonly problems: Counter<"code">;
  readonly scrapes: Counter<"status">;
  readonly databaseStatements: Counter<"name" | "outcome">;
  readonly databaseDuration: Histogram<"name">;
  /** By class of SQLSTATE, the first two characters. */
  readonly databaseErrors: Counter<"class">;
  /** Reads that the replica may answer, where there is one. */
  readonly replicaReads: Counter<"outcome">;
  /** `reason` is the first reason of a decline, empty when approved. */
  readonly authorizations: Counter<"outcome" | "reason">;
  /** Minor units that were approved. */
  readonly authorizedAmount: Counter<"currency">;
  /** What lanes commit together, and how long commands wait for it. */
  readonly laneBatch: Histogram<never>;
  readonly laneWait: Histogram<never>;
  /** Jobs that were decided again, by why. */
  readonly laneRepeats: Counter<"reason">;
  readonly laneLookups: Counter<"outcome">;
  readonly laneWaiting: Gauge<never>;
  readonly laneCacheBytes: Gauge<never>;
  /** How far this clock is from the database's, whichever way. */
  readonly clockOffset: Gauge<never>;
  readonly keyLookups: Counter<"outcome">;
  readonly sweepHolds: Counter<"outcome">;
  readonly sweepLastSuccess: Gauge<never>;
  /** Used idempotency keys of creations that were too old. */
  readonly purgedKeys: Counter<"context">;
  readonly rateLimited: Counter<never>;
  readonly idempotentReplays: Counter<never>;
  readonly traceSpans: Counter<"outcome">;
  readonly buildInfo: Gauge<"version" | "runtime">;
  snapshot(): Snapshot;
}

/** Seconds; from a warm read to a request that a client gives up on. */
const durationBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const createMetrics = (
  build: { readonly version: string; readonly runtime: string },
  now: Clock = Date.now,
): Metrics => {
  const families = {
    httpRequests: counter(
      {
        name: "purser_http_requests",
        help: "Requests answered, by route pattern, method and status.",
        labels: { route: 200, method: httpMethods, status: 40 },
      },
      now,
    ),
    httpDuration: histogram(
      {
        name: "purser_http_request_duration_seconds",
        unit: "seconds",
        help: "Time from the request's arrival to its answer.",
        labels: { route: 200, method: httpMethods },
        bounds: durationBounds,
      },
      now,
    ),
    httpInFlight: gauge({
      name: "purser_http_requests_in_flight",
      help: "Requests that have come and are not answered yet.",
      labels: {},
    }),
    responseBytes: counter(
      {
        name: "purser_http_response_bytes",
        unit: "bytes",
        help: "Bytes of answers whose length is known when they begin.",
        labels: { route: 200 },
      },
      now,
    ),
    requestBytes: counter(
      {
        name: "purser_http_request_bytes",
        unit: "bytes",
        help: "Bytes of request bodies whose length is known when they begin.",
        labels: { route: 200 },
      },
      now,
    ),
    requestStatements: histogram(
      {
        name: "purser_http_request_statements",
        help: "Statements that an answer waited for; a commit that requests share counts for each.",
        labels: { route: 200, method: httpMethods },
        bounds: [0, 1, 2, 3, 5, 10],
      },
      now,
    ),
    problems: counter(
      {
        name: "purser_http_problems",
        help: "Problems answered, by code.",
        labels: { code: 60 },
      },
      now,
    ),
    scrapes: counter(
      {
        name: "purser_scrapes",
        help: "Answers to GET /metrics, which are no requests otherwise.",
        labels: { status: 10 },
      },
      now,
    ),
    databaseErrors: counter(
      {
        name: "purser_database_errors",
        help: "Statements that PostgreSQL refused, by class of SQLSTATE.",
        labels: { class: 60 },
      },
      now,
    ),
    databaseStatements: counter(
      {
        name: "purser_database_statements",
        help: "Statements sent to the database, by name and outcome.",
        labels: { name: 200, outcome: ["ok", "rejected", "unreachable"] },
      },
      now,
    ),
    databaseDuration: histogram(
      {
        name: "purser_database_statement_duration_seconds",
        unit: "seconds",
        help: "Time a statement took as seen from here.",
        labels: { name: 200 },
        bounds: durationBounds,
      },
      now,
    ),
    replicaReads: counter(
      {
        name: "purser_replica_reads",
        help: "Reads that the replica may answer, by what became of them; all but answered went to the primary.",
        labels: {
          outcome: ["answered", "behind", "absent", "rejected", "unreachable", "avoided"],
        },
      },
      now,
    ),
    authorizations: counter(
      {
        name: "purser_authorizations",
        help: "Card payments decided, by outcome and first reason.",
        labels: { outcome: ["approved", "partial", "declined"], reason: 60 },
      },
      now,
    ),
    authorizedAmount: counter(
      {
        name: "purser_authorized_amount",
        help: "Minor units that were approved, by currency.",
        labels: { currency: 200 },
      },
      now,
    ),
    laneBatch: histogram(
      {
        name: "purser_lane_batch_jobs",
        help: "Jobs in one commit.",
        labels: {},
        bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      },
      now,
    ),
    laneWait: histogram(
      {
        name: "purser_lane_wait_seconds",
        unit: "seconds",
        help: "Time from a command's arrival at its lane to the commit that takes it.",
        labels: {},
        bounds: durationBounds,
      },
      now,
    ),
    laneRepeats: counter(
      {
        name: "purser_lane_repeats",
        help: "Jobs decided again: a wallet had moved on, a statement was refused, or no answer came.",
        labels: { reason: ["stale", "retry", "unknown"] },
      },
      now,
    ),
    laneLookups: counter(
      {
        name: "purser_lane_lookups",
        help: "Commands whose wallet the lane remembered, or had to read.",
        labels: { outcome: ["hit", "miss"] },
      },
      now,
    ),
    laneWaiting: gauge({
      name: "purser_lane_waiting_jobs",
      help: "Jobs that wait in lanes.",
      labels: {},
    }),
    laneCacheBytes: gauge({
      name: "purser_lane_cache_bytes",
      unit: "bytes",
      help: "What lanes remember, by a bound on its size.",
      labels: {},
    }),
    clockOffset: gauge({
      name: "purser_clock_offset_seconds",
      unit: "seconds",
      help: "How far a lane's clock certainly is from the database's.",
      labels: {},
      merge: "max",
    }),
    keyLookups: counter(
      {
        name: "purser_key_lookups",
        help: "API keys that were remembered, or had to be looked up.",
        labels: { outcome: ["hit", "miss"] },
      },
      now,
    ),
    sweepHolds: counter(
      {
        name: "purser_sweep_holds",
        help: "Holds that were due: released, ended by somebody else, or failed.",
        labels: { outcome: ["expired", "passed", "failed"] },
      },
      now,
    ),
    sweepLastSuccess: gauge({
      name: "purser_sweep_last_success_timestamp_seconds",
      unit: "seconds",
      help: "When a sweep last left nothing due.",
      labels: {},
      merge: "max",
    }),
    purgedKeys: counter(
      {
        name: "purser_purged_keys",
        help: "Idempotency keys of creations that were purged for their age.",
        labels: { context: ["directory", "wallets"] },
      },
      now,
    ),
    rateLimited: counter(
      { name: "purser_rate_limited", help: "Requests refused by a rate limit.", labels: {} },
      now,
    ),
    idempotentReplays: counter(
      {
        name: "purser_idempotent_replays",
        help: "Requests answered with the stored outcome of their idempotency key.",
        labels: {},
      },
      now,
    ),
    traceSpans: counter(
      {
        name: "purser_trace_spans",
        help: "Spans that the collector took, or that were given up.",
        labels: { outcome: ["exported", "dropped"] },
      },
      now,
    ),
    buildInfo: gauge({
      name: "purser_build_info",
      help: "The running version; its value is always 1.",
      labels: { version: 1, runtime: 1 },
      merge: "max",
    }),
  };
  families.buildInfo.set(build, 1);
  return {
    ...families,
    snapshot: () => Object.values(families).map((family) => family.snapshot()),
  };
};
