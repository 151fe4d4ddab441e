import { DurableObject } from "cloudflare:workers";
import { MetricsShard, type Receipt, type Report } from "../observability/shard.ts";
import type { Snapshot } from "../observability/snapshot.ts";
import { sqlStorage } from "./shard-storage.ts";
import type { WorkerEnv } from "./worker-platform.ts";

/** What isolates counted, as one truth that outlives them and this object's own memory. */
export class Metrics extends DurableObject<WorkerEnv> {
  #shard: MetricsShard | undefined;

  report(report: Report): Receipt {
    return this.#open().receive(report, Date.now());
  }

  total(): Snapshot {
    return this.#open().total(Date.now());
  }

  #open(): MetricsShard {
    this.#shard ??= new MetricsShard(sqlStorage(this.ctx.storage.sql));
    return this.#shard;
  }
}

export interface MetricsNamespace {
  getByName(name: string): {
    report(report: Report): Promise<Receipt>;
    total(): Promise<Snapshot>;
  };
}
