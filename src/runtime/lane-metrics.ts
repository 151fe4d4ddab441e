import type { LaneEvent } from "../domain/wallets/lane/options.ts";
import type { Metrics } from "../observability/metrics.ts";

/** Counts what a lane does. */
export const observeLane =
  (metrics: Metrics): ((event: LaneEvent) => void) =>
  (event) => {
    switch (event.kind) {
      case "commit":
        return metrics.laneBatch.observe({}, event.jobs);
      case "wait":
        return metrics.laneWait.observe({}, event.ms / 1_000);
      case "lookup":
        return metrics.laneLookups.inc({ outcome: event.outcome }, event.jobs);
      case "state":
        metrics.laneWaiting.set({}, event.waiting);
        metrics.laneCacheBytes.set({}, event.cacheBytes);
        return metrics.clockOffset.set({}, Math.abs(event.clockOffsetMs) / 1_000);
      default:
        return metrics.laneRepeats.inc({ reason: event.kind }, event.jobs);
    }
  };
