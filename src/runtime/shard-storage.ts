import type { ShardStorage, StoredEpoch } from "../observability/shard.ts";
import type { Snapshot } from "../observability/snapshot.ts";

/** The part of an object's SQLite that is used here. */
export interface Sql {
  exec(query: string, ...values: readonly (string | number)[]): Iterable<Record<string, unknown>>;
}

/** Keeps a shard in SQLite. */
export const sqlStorage = (sql: Sql): ShardStorage => {
  const run = (query: string, ...values: readonly (string | number)[]) => [
    ...sql.exec(query, ...values),
  ];
  run(`create table if not exists epochs
    (epoch text primary key, sequence integer, settled integer, seen_at integer, snapshot text)`);
  run("create table if not exists retired (epoch text primary key, sequence integer, at integer)");
  run("create index if not exists retired_at on retired (at)");
  run("create table if not exists folded (one integer primary key, snapshot text)");
  return {
    epochs: () =>
      run("select epoch, sequence, settled, seen_at, snapshot from epochs").map(
        (row): StoredEpoch => ({
          epoch: String(row["epoch"]),
          sequence: Number(row["sequence"]),
          settled: row["settled"] === 1,
          seenAt: Number(row["seen_at"]),
          snapshot: JSON.parse(String(row["snapshot"])) as Snapshot,
        }),
      ),
    folded: () => {
      const [row] = run("select snapshot from folded");
      return row ? (JSON.parse(String(row["snapshot"])) as Snapshot) : [];
    },
    tombstone: (epoch) => {
      const [row] = run("select sequence from retired where epoch = ?", epoch);
      return row && Number(row["sequence"]);
    },
    put: ({ epoch, sequence, settled, seenAt, snapshot }) => {
      run(
        "insert or replace into epochs values (?, ?, ?, ?, ?)",
        epoch,
        sequence,
        Number(settled),
        seenAt,
        JSON.stringify(snapshot),
      );
    },
    // Writes without an await in between are one transaction.
    retire: (epochs, folded, at) => {
      run("insert or replace into folded values (1, ?)", JSON.stringify(folded));
      for (const { epoch, sequence } of epochs) {
        run("insert or replace into retired values (?, ?, ?)", epoch, sequence, at);
        run("delete from epochs where epoch = ?", epoch);
      }
    },
    forgetTombstones: (before) => {
      run("delete from retired where at < ?", before);
    },
  };
};
