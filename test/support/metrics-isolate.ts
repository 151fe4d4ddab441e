import { Reporter } from "../../src/observability/reporter.ts";
import type { Report } from "../../src/observability/shard.ts";
import type { ManualClock } from "./manual-clock.ts";
import { shardInSqlite, smallRegistry, sumOf } from "./metrics-shard.ts";

export type Network = "works" | "loses reports" | "loses receipts";

/** A shard, and isolates that report to it, on a clock that moves when it is told to. */
export const metricsWorld = (clock: ManualClock) => {
  const sqlite = shardInSqlite();
  let shard = sqlite.open();

  const isolate = (name: string) => {
    const { count, snapshot } = smallRegistry();
    const sent: Report[] = [];
    let network: Network = "works";
    /** Each way. */
    let latencyMs = 0;
    let epochs = 0;
    let hosts = 0;
    const travel = async (lost: boolean): Promise<void> => {
      if (latencyMs > 0) await clock.sleep(latencyMs);
      if (lost) throw new Error("no answer");
    };
    const reporter = new Reporter({
      snapshot,
      send: async (report) => {
        sent.push(report);
        await travel(network === "loses reports");
        const receipt = shard.receive(report, clock.now());
        await travel(network === "loses receipts");
        return receipt;
      },
      newEpoch: () => `${name}${++epochs}`,
      now: clock.now,
      sleep: async (ms) => {
        const host = hosts;
        await clock.sleep(ms);
        if (host !== hosts) await new Promise(() => {});
      },
    });
    return {
      sent,
      /** Counts as requests do that are answered. */
      count: (times: number, route?: string): void => {
        count(times, route);
        reporter.touched();
      },
      flush: () => reporter.flush(),
      network: (how: Network, ms = 0): void => {
        network = how;
        latencyMs = ms;
      },
      /** The requests that keep the reports going are gone. */
      losesHosts: (): void => {
        hosts += 1;
      },
    };
  };

  return {
    isolate,
    total: (family: string): number => sumOf(shard.total(clock.now()), family),
    beginAgain: (): void => {
      shard = sqlite.open();
    },
  };
};
