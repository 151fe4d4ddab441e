import { DurableObject } from "cloudflare:workers";
import {
  MetricsShard,
  type Receipt,
  type Report,
  type ShardStorage,
  type StoredEpoch,
} from "../observability/shard.ts";
import type { Snapshot } from "../observability/snapshot.ts";
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

/** The part of an object's SQLite that is used here. */
export interface Sql {
  exec(query: string, ...values: readonly (string | number)[]): Iterable<Record<string, unknown>>;
}

const sqlStorage = (sql: Sql): ShardStorage => {
  const run = (query: string, ...values: readonly (string | number)[]) => [
    ...sql.exec(query, ...values),
  ];
  run(`create table if not exists epochs
    (epoch text primary key, sequence integer, seen_at integer, snapshot text)`);
  run("create table if not exists retired (epoch text primary key, at integer)");
  run("create table if not exists folded (one integer primary key, snapshot text)");
  return {
    epochs: () =>
      run("select epoch, sequence, seen_at, snapshot from epochs").map(
        (row): StoredEpoch => ({
          epoch: String(row["epoch"]),
          sequence: Number(row["sequence"]),
          seenAt: Number(row["seen_at"]),
          snapshot: JSON.parse(String(row["snapshot"])) as Snapshot,
        }),
      ),
    folded: () => {
      const [row] = run("select snapshot from folded");
      return row ? (JSON.parse(String(row["snapshot"])) as Snapshot) : [];
    },
    isRetired: (epoch) => run("select 1 from retired where epoch = ?", epoch).length > 0,
    put: ({ epoch, sequence, seenAt, snapshot }) => {
      run(
        "insert or replace into epochs values (?, ?, ?, ?)",
        epoch,
        sequence,
        seenAt,
        JSON.stringify(snapshot),
      );
    },
    // Writes without an await in between are one transaction.
    retire: (epochs, folded, at) => {
      run("insert or replace into folded values (1, ?)", JSON.stringify(folded));
      for (const epoch of epochs) {
        run("insert or replace into retired values (?, ?)", epoch, at);
        run("delete from epochs where epoch = ?", epoch);
      }
    },
  };
};
