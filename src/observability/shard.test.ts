import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shardInSqlite, smallRegistry, sumOf } from "../../test/support/metrics-shard.ts";
import { exposition, openMetricsType } from "./exposition.ts";
import { createMetrics } from "./metrics.ts";
import type { Report } from "./shard.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const age = "purser_metrics_snapshot_age_seconds";

const reportOf = (
  epoch: string,
  sequence: number,
  times: number,
  over: Partial<Report> = {},
): Report => {
  const { count, snapshot } = smallRegistry();
  count(times);
  return { epoch, bornAt: 0, sequence, settled: false, snapshot: snapshot(), ...over };
};
const settled = { settled: true };

test("a report counts once, however often and in whatever order it comes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ isolate: fc.nat(3), sequence: fc.integer({ min: 1, max: 6 }) }), {
        minLength: 1,
        maxLength: 40,
      }),
      (arrivals) => {
        const shard = shardInSqlite().open();
        const newest = new Map<number, number>();
        for (const { isolate, sequence } of arrivals) {
          // The totals of an epoch grow with its sequence.
          const receipt = shard.receive(reportOf(`e${isolate}`, sequence, sequence * 10), 0);
          const known = newest.get(isolate) ?? 0;
          newest.set(isolate, Math.max(known, sequence));
          expect(receipt).toEqual({
            kind: sequence > known ? "taken" : "known",
            sequence: newest.get(isolate),
          });
        }
        const expected = [...newest.values()].reduce((sum, sequence) => sum + sequence * 10, 0);
        expect(sumOf(shard.total(0), "requests")).toBe(expected);
      },
    ),
  );
});

describe("an isolate that is gone", () => {
  test("is taken for gone after ten minutes, or after one if it was counting", () => {
    const sqlite = shardInSqlite();
    const shard = sqlite.open();
    shard.receive(reportOf("settled", 1, 7, settled), 0);
    shard.receive(reportOf("counting", 1, 5), 0);
    shard.total(minute);
    expect(sqlite.kept()).toMatchObject({ epochs: 2, tombstones: 0 });
    shard.total(minute + 1);
    expect(sqlite.kept()).toMatchObject({ epochs: 1, tombstones: 1 });
    shard.total(10 * minute);
    expect(sqlite.kept()).toMatchObject({ epochs: 1, tombstones: 1 });
    shard.total(10 * minute + 1);
    expect(sqlite.kept()).toMatchObject({ epochs: 0, tombstones: 2 });
  });

  test("leaves what it counted, but not its gauges, and nothing more is taken from it", () => {
    const shard = shardInSqlite().open();
    shard.receive(reportOf("gone", 3, 7), 0);
    shard.receive(reportOf("here", 1, 5), minute);
    const total = shard.total(2 * minute);
    expect(sumOf(total, "requests")).toBe(12);
    expect(sumOf(total, "took_seconds")).toBe(12);
    expect(sumOf(total, "open")).toBe(5);
    expect(shard.receive(reportOf("gone", 4, 9), 2 * minute)).toEqual({
      kind: "retired",
      sequence: 3,
    });
    expect(sumOf(shard.total(2 * minute), "requests")).toBe(12);
  });

  test("is put away also where nobody scrapes, when another one comes", () => {
    const sqlite = shardInSqlite();
    const shard = sqlite.open();
    for (let isolate = 0; isolate < 9; isolate++) {
      shard.receive(reportOf(`e${isolate}`, 1, 1), isolate * 2 * minute);
    }
    expect(sqlite.kept()).toMatchObject({ epochs: 1, tombstones: 8 });
    expect(sumOf(shard.total(16 * minute), "requests")).toBe(9);
  });

  test("is told so also when its tombstone is gone", () => {
    const sqlite = shardInSqlite();
    const shard = sqlite.open();
    shard.receive(reportOf("old", 1, 7), 0);
    shard.total(day);
    expect(sqlite.kept().tombstones).toBe(1);
    shard.receive(reportOf("new", 1, 6, { bornAt: 40 * day }), 40 * day);
    shard.total(41 * day);
    expect(shard.receive(reportOf("new", 1, 6, { bornAt: 40 * day }), 41 * day)).toEqual({
      kind: "retired",
      sequence: 1,
    });
    expect(sqlite.kept()).toMatchObject({ epochs: 0, tombstones: 1 });
    const late = shard.receive(reportOf("old", 1, 7), 41 * day);
    expect(late).toEqual({ kind: "retired", sequence: 0 });
    expect(sumOf(shard.total(41 * day), "requests")).toBe(13);
  });
});

test("a shard goes on after its own end where it was", () => {
  const sqlite = shardInSqlite();
  sqlite.open().receive(reportOf("a", 3, 7), 0);
  sqlite.open().receive(reportOf("b", 1, 1, settled), 3 * second);
  const again = sqlite.open();
  expect(sumOf(again.total(4 * second), age)).toBe(4);
  expect(again.receive(reportOf("a", 3, 7), 5 * second).kind).toBe("known");
  expect(again.receive(reportOf("a", 4, 8), 5 * second).kind).toBe("taken");
  expect(sumOf(again.total(5 * second), "requests")).toBe(9);
  again.total(hour);
  expect(sumOf(sqlite.open().total(hour), "requests")).toBe(9);
  expect(sqlite.open().receive(reportOf("a", 4, 8), hour).kind).toBe("retired");
});

test("the age is that of the oldest report among isolates that count", () => {
  const shard = shardInSqlite().open();
  const ageAt = (now: number) => sumOf(shard.total(now), age);
  expect(ageAt(0)).toBe(0);
  shard.receive(reportOf("idle", 1, 1, settled), 0);
  expect(ageAt(30 * second)).toBe(0);
  shard.receive(reportOf("a", 1, 1), 30 * second);
  shard.receive(reportOf("b", 1, 1), 32 * second);
  expect(ageAt(35 * second)).toBe(5);
  // A copy of what is known is not news.
  shard.receive(reportOf("a", 1, 1), 35 * second);
  expect(ageAt(35 * second)).toBe(5);
  shard.receive(reportOf("a", 2, 1, settled), 35 * second);
  expect(ageAt(36 * second)).toBe(4);
  // The idle one counts again, and dies.
  shard.receive(reportOf("b", 2, 1, settled), 36 * second);
  shard.receive(reportOf("idle", 2, 3), 40 * second);
  expect(ageAt(100 * second)).toBe(60);
  expect(ageAt(101 * second)).toBe(0);
  expect(sumOf(shard.total(101 * second), "purser_metrics_isolates")).toBe(0);
});

describe("what is kept and scraped", () => {
  const busy = (requests: number) => {
    const metrics = createMetrics({ version: "1", runtime: "workers" }, () => 0);
    for (let request = 0; request < requests; request++) {
      const route = `/v1/${request % 5}`;
      metrics.httpRequests.inc({ route, method: "GET", status: "200" }, 1, { trace_id: "t" });
      metrics.httpDuration.observe({ route, method: "GET" }, (request % 10) / 20);
    }
    return metrics.snapshot();
  };
  const linesOf = (text: string) => text.split("\n").length;

  test("does not grow with the requests that were served", () => {
    const sqlite = shardInSqlite();
    const shard = sqlite.open();
    const sizeAfter = (requests: number, sequence: number) => {
      shard.receive(reportOf("a", sequence, 0, { snapshot: busy(requests) }), 0);
      const { text } = exposition(shard.total(0), openMetricsType);
      return { lines: linesOf(text), characters: text.length, kept: sqlite.kept() };
    };
    const few = sizeAfter(100, 1);
    const many = sizeAfter(50_000, 2);
    expect(many.lines).toBe(few.lines);
    // The same numbers with more digits.
    expect(many.characters).toBeLessThan(few.characters * 1.1);
    expect(many.kept.bytes).toBeLessThan(few.kept.bytes * 1.1);
    expect(many.kept).toMatchObject({ epochs: 1, tombstones: 0 });
  });

  test("does not grow with the isolates that are gone, but for the tombstones of a month", () => {
    const sqlite = shardInSqlite();
    const shard = sqlite.open();
    const snapshot = busy(100);
    const sizeAfter = (hours: number, from = 0) => {
      for (let at = from; at < hours; at++) {
        const report = reportOf(`e${at}`, 1, 0, { snapshot, bornAt: at * hour });
        shard.receive(report, at * hour);
      }
      const { text } = exposition(shard.total(hours * hour), openMetricsType);
      return { lines: linesOf(text), characters: text.length, ...sqlite.kept() };
    };
    const month = 31 * 24 + 1;
    const few = sizeAfter(10);
    const some = sizeAfter(2 * month, 10);
    const many = sizeAfter(4 * month, 2 * month);
    expect(some.tombstones).toBe(month);
    for (const size of [some, many]) {
      expect(size).toMatchObject({ lines: few.lines, epochs: 0, tombstones: month });
      expect(size.characters).toBeLessThan(few.characters * 1.1);
      expect(size.bytes).toBeLessThan(few.bytes * 1.1);
    }
  });
});
