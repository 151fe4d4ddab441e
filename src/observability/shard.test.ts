import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { counter, gauge, histogram } from "./registry.ts";
import { Reporter } from "./reporter.ts";
import { MetricsShard, type Report, type ShardStorage, type StoredEpoch } from "./shard.ts";
import type { Snapshot } from "./snapshot.ts";

/** What a Durable Object's SQLite keeps, kept in memory. */
const memory = (): ShardStorage => {
  const epochs = new Map<string, StoredEpoch>();
  const retired = new Set<string>();
  let folded: Snapshot = [];
  return {
    epochs: () => [...epochs.values()],
    folded: () => folded,
    isRetired: (epoch) => retired.has(epoch),
    put: (epoch) => epochs.set(epoch.epoch, epoch),
    retire: (names, next) => {
      folded = next;
      for (const name of names) {
        epochs.delete(name);
        retired.add(name);
      }
    },
  };
};

/** An isolate's registry: requests counted, one gauge, one histogram. */
const registry = () => {
  const requests = counter({ name: "requests", help: "R.", labels: { route: 9 } }, () => 0);
  const open = gauge({ name: "open", help: "O.", labels: {} });
  const seconds = histogram(
    { name: "took_seconds", help: "T.", unit: "seconds", labels: {}, bounds: [1, 2] },
    () => 0,
  );
  return {
    count: (times: number, route = "/a") => {
      requests.inc({ route }, times);
      open.set({}, times);
      seconds.observe({}, 1.5);
    },
    snapshot: (): Snapshot => [requests.snapshot(), open.snapshot(), seconds.snapshot()],
  };
};

const sumOf = (snapshot: Snapshot, name: string): number => {
  const family = snapshot.find((one) => one.name === name);
  if (!family) return 0;
  const values =
    family.type === "histogram"
      ? family.series.flatMap(({ counts }) => counts)
      : family.series.map(({ value }) => value);
  return values.reduce((sum, value) => sum + value, 0);
};

const minute = 60_000;

describe("a shard", () => {
  const reportOf = (epoch: string, sequence: number, times: number): Report => {
    const one = registry();
    one.count(times);
    return { epoch, sequence, snapshot: one.snapshot() };
  };

  test("counts a report once, however often and in whatever order it comes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ isolate: fc.nat(3), sequence: fc.integer({ min: 1, max: 6 }) }), {
          minLength: 1,
          maxLength: 40,
        }),
        (arrivals) => {
          const shard = new MetricsShard(memory());
          const newest = new Map<number, number>();
          for (const { isolate, sequence } of arrivals) {
            // The totals of an epoch grow with its sequence.
            const receipt = shard.receive(reportOf(`e${isolate}`, sequence, sequence * 10), 0);
            const known = newest.get(isolate) ?? 0;
            expect(receipt).toBe(sequence > known ? "taken" : "known");
            newest.set(isolate, Math.max(known, sequence));
          }
          const expected = [...newest.values()].reduce((sum, sequence) => sum + sequence * 10, 0);
          expect(sumOf(shard.total(0), "requests")).toBe(expected);
        },
      ),
    );
  });

  test("keeps what gone isolates counted, but not their gauges, and takes nothing more from them", () => {
    const storage = memory();
    const shard = new MetricsShard(storage);
    shard.receive(reportOf("gone", 1, 7), 0);
    shard.receive(reportOf("here", 1, 5), 10 * minute);
    const total = shard.total(11 * minute);
    expect(sumOf(total, "requests")).toBe(12);
    expect(sumOf(total, "took_seconds")).toBe(2);
    expect(sumOf(total, "open")).toBe(5);
    expect([...storage.epochs()].map(({ epoch }) => epoch)).toEqual(["here"]);
    expect(shard.receive(reportOf("gone", 2, 9), 11 * minute)).toBe("retired");
    expect(sumOf(shard.total(11 * minute), "requests")).toBe(12);
  });

  test("goes on after its own end where it was", () => {
    const storage = memory();
    new MetricsShard(storage).receive(reportOf("a", 3, 7), 0);
    const again = new MetricsShard(storage);
    expect(again.receive(reportOf("a", 3, 7), 1)).toBe("known");
    expect(again.receive(reportOf("a", 4, 8), 1)).toBe("taken");
    expect(sumOf(again.total(1), "requests")).toBe(8);
    again.total(60 * minute);
    expect(sumOf(new MetricsShard(storage).total(60 * minute), "requests")).toBe(8);
  });

  test("tells how old the oldest report of a live isolate is", () => {
    const shard = new MetricsShard(memory());
    shard.receive(reportOf("idle", 1, 1), 0);
    shard.receive(reportOf("a", 1, 1), 2 * minute);
    shard.receive(reportOf("b", 1, 1), 2 * minute + 3_000);
    const total = shard.total(2 * minute + 4_000);
    expect(sumOf(total, "purser_metrics_isolates")).toBe(2);
    expect(sumOf(total, "purser_metrics_snapshot_age_seconds")).toBe(4);
  });
});

describe("a reporter", () => {
  const isolateOf = (shard: MetricsShard, clock: { now: number }) => {
    const counts = registry();
    let epochs = 0;
    const wakers: (() => void)[] = [];
    const reporter = new Reporter({
      snapshot: counts.snapshot,
      send: async (report) => shard.receive(report, clock.now),
      newEpoch: () => `epoch-${++epochs}`,
      now: () => clock.now,
      sleep: () => new Promise((resolve) => wakers.push(resolve)),
    });
    const wake = () => {
      for (const waker of wakers.splice(0)) waker();
    };
    return { ...counts, reporter, wake };
  };

  test("says within a second what was counted, once however often it is asked", async () => {
    const clock = { now: 1_000 };
    const shard = new MetricsShard(memory());
    const isolate = isolateOf(shard, clock);
    isolate.count(3);
    const first = isolate.reporter.touched();
    isolate.count(4);
    expect(isolate.reporter.touched()).toBeUndefined();
    isolate.wake();
    await first;
    expect(sumOf(shard.total(clock.now), "requests")).toBe(7);
    isolate.count(1);
    const second = isolate.reporter.touched();
    isolate.wake();
    await second;
    expect(sumOf(shard.total(clock.now), "requests")).toBe(8);
  });

  test("asks again when the request that was to say it is gone", () => {
    const clock = { now: 1_000 };
    const isolate = isolateOf(new MetricsShard(memory()), clock);
    expect(isolate.reporter.touched()).toBeDefined();
    clock.now += 5_000;
    expect(isolate.reporter.touched()).toBeUndefined();
    clock.now += 10_000;
    expect(isolate.reporter.touched()).toBeDefined();
  });

  test("goes on under a new epoch when it slept too long, and nothing is lost or counted twice", async () => {
    const clock = { now: 0 };
    const shard = new MetricsShard(memory());
    const isolate = isolateOf(shard, clock);
    isolate.count(5);
    await isolate.reporter.flush();
    clock.now = 30 * minute;
    shard.total(clock.now);
    isolate.count(2, "/b");
    isolate.count(1);
    await isolate.reporter.flush();
    expect(sumOf(shard.total(clock.now), "requests")).toBe(8);
    expect(sumOf(shard.total(clock.now), "took_seconds")).toBe(3);
    isolate.count(4);
    await isolate.reporter.flush();
    expect(sumOf(shard.total(clock.now), "requests")).toBe(12);
  });

  test("says what a lost report would have said with the next one", async () => {
    const clock = { now: 0 };
    const shard = new MetricsShard(memory());
    const counts = registry();
    let down = true;
    const reporter = new Reporter({
      snapshot: counts.snapshot,
      send: async (report) => {
        if (down) throw new Error("no answer");
        return shard.receive(report, clock.now);
      },
      newEpoch: () => "epoch",
      now: () => clock.now,
      sleep: async () => {},
    });
    counts.count(5);
    await expect(reporter.flush()).rejects.toThrow();
    down = false;
    counts.count(1);
    await reporter.flush();
    expect(sumOf(shard.total(0), "requests")).toBe(6);
  });
});
