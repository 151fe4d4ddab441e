import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { manualClock } from "../../test/support/manual-clock.ts";
import { metricsWorld, type Network } from "../../test/support/metrics-isolate.ts";

const minute = 60_000;

const start = () => {
  const clock = manualClock();
  const world = metricsWorld(clock);
  return {
    world,
    isolate: world.isolate("a"),
    pass: clock.pass,
    total: () => world.total("requests"),
    age: () => world.total("purser_metrics_snapshot_age_seconds"),
  };
};

describe("reports", () => {
  test("say the first after a silence at once, the rest once a second, and then that it is all", async () => {
    const { isolate, pass, total } = start();
    isolate.count(3);
    expect(isolate.sent).toHaveLength(0);
    await pass(0);
    expect(total()).toBe(3);
    for (let request = 0; request < 5; request++) {
      isolate.count(1);
      await pass(100);
    }
    expect(isolate.sent).toHaveLength(1);
    await pass(500);
    expect(total()).toBe(8);
    await pass(10_000);
    expect(isolate.sent.map(({ settled }) => settled)).toEqual([false, false, true]);
    isolate.count(1);
    await pass(0);
    expect(total()).toBe(9);
    expect(isolate.sent.at(-1)?.settled).toBe(false);
  });

  test("come once a second from an isolate that always counts, whichever request sees to them", async () => {
    const { isolate, pass } = start();
    for (let tick = 0; tick < 600; tick++) {
      isolate.count(1);
      await pass(50);
    }
    expect(isolate.sent.length).toBeGreaterThanOrEqual(29);
    expect(isolate.sent.length).toBeLessThanOrEqual(32);
    expect(isolate.sent.some(({ settled }) => settled)).toBe(false);
  });

  test("go on when the request that saw to them is gone", async () => {
    const { isolate, pass, total } = start();
    isolate.count(1);
    isolate.losesHosts();
    isolate.count(1);
    await pass(5_000);
    expect(isolate.sent).toHaveLength(0);
    isolate.count(1);
    await pass(0);
    expect(total()).toBe(3);
  });

  test("of an isolate that has only been asked say that it is there, and nothing twice", async () => {
    const { isolate, world } = start();
    await isolate.flush();
    expect(world.total("purser_metrics_isolates")).toBe(1);
    await isolate.flush();
    expect(isolate.sent).toHaveLength(1);
  });
});

describe("the age", () => {
  test("is never more than a second while reports arrive, and 0 when all is said", async () => {
    const { isolate, pass, age } = start();
    for (let tick = 0; tick < 100; tick++) {
      if (tick % 30 < 20) isolate.count(1);
      await pass(100);
      expect(age()).toBeLessThanOrEqual(1);
    }
    await pass(2_000);
    expect(age()).toBe(0);
  });

  test("covers what is counted while the report is on its way that all is said", async () => {
    const { isolate, pass, total, age } = start();
    isolate.network("works", 300);
    isolate.count(1);
    await pass(1_700);
    expect(isolate.sent.at(-1)?.settled).toBe(true);
    isolate.count(1);
    await pass(300);
    expect(total()).toBe(2);
    await pass(400);
    expect(age()).toBe(0.4);
  });

  test("grows when reports do not arrive, and what they would have said comes with the next", async () => {
    const { isolate, pass, total, age } = start();
    isolate.count(5);
    await pass(0);
    isolate.network("loses reports");
    for (let tick = 0; tick < 30; tick++) {
      isolate.count(1);
      await pass(1_000);
    }
    expect(age()).toBe(30);
    // Each that may have arrived is remembered, so there must not be many.
    expect(new Set(isolate.sent.map(({ sequence }) => sequence)).size).toBeLessThanOrEqual(5);
    isolate.network("works");
    isolate.count(1);
    await isolate.flush();
    expect(total()).toBe(36);
    await pass(3_000);
    expect(age()).toBe(0);
  });

  test("is 0 also when the first report that all is said was lost", async () => {
    const { isolate, pass, age } = start();
    isolate.count(1);
    await pass(999);
    isolate.network("loses reports");
    await pass(1);
    isolate.network("works");
    expect([isolate.sent.at(-1)?.settled, age()]).toEqual([true, 1]);
    await pass(1_000);
    expect(age()).toBe(0);
  });
});

describe("an epoch that was closed", () => {
  test("is followed by another, and nothing is lost or counted twice", async () => {
    const { world, isolate, pass, total } = start();
    isolate.count(5);
    await pass(30 * minute);
    expect(world.total("purser_metrics_isolates")).toBe(0);
    isolate.count(2, "/b");
    isolate.count(1);
    await pass(0);
    expect(total()).toBe(8);
    expect(world.total("took_seconds")).toBe(8);
    isolate.count(4);
    await pass(1_000);
    expect(total()).toBe(12);
    expect(new Set(isolate.sent.map(({ epoch }) => epoch))).toEqual(new Set(["a1", "a2"]));
  });

  test("counts as far as it was taken, also where no receipt came back", async () => {
    const { isolate, pass, total } = start();
    isolate.count(5);
    await pass(0);
    isolate.network("loses receipts");
    isolate.count(2);
    await pass(30 * minute);
    expect(total()).toBe(7);
    isolate.network("works");
    isolate.count(1);
    await pass(0);
    expect(total()).toBe(8);
  });

  test("is followed by one only, when two reports find it closed", async () => {
    const { isolate, pass, total } = start();
    isolate.count(5);
    await pass(30 * minute);
    expect(total()).toBe(5);
    isolate.network("works", 100);
    isolate.count(1);
    await pass(50);
    const scraped = isolate.flush().then(total);
    await pass(1_000);
    expect(await scraped).toBe(6);
    expect(new Set(isolate.sent.map(({ epoch }) => epoch))).toEqual(new Set(["a1", "a2"]));
  });
});

test("whatever is lost on the way, and however often shard and isolates begin again, all is counted once", async () => {
  const isolate = fc.nat(2);
  const step = fc.oneof(
    fc.tuple(fc.constant("count" as const), isolate, fc.nat(5)),
    fc.tuple(
      fc.constant("network" as const),
      isolate,
      fc.constantFrom<Network>("works", "loses reports", "loses receipts"),
      fc.constantFrom(0, 30, 700, 3_000),
    ),
    fc.tuple(
      fc.constant("pass" as const),
      fc.constantFrom(10, 500, 1_000, 4_000, 61_000, 11 * minute),
    ),
    // With every report received before it: beyond a month nobody knows of one that was not.
    fc.tuple(fc.constant("month" as const)),
    fc.tuple(fc.constant("scrape" as const), isolate),
    fc.tuple(fc.constant("lose hosts" as const), isolate),
    fc.tuple(fc.constant("begin again" as const)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { world, pass, total } = start();
      const [a, b, c] = [world.isolate("a"), world.isolate("b"), world.isolate("c")];
      const of = (at: number) => [a, b, c][at] ?? a;
      let counted = 0;
      const sayAll = async (): Promise<void> => {
        for (const one of [a, b, c]) {
          one.network("works");
          await pass(10_000);
          await one.flush();
        }
      };
      const take = async (step: (typeof steps)[number]): Promise<unknown> => {
        switch (step[0]) {
          case "count":
            counted += step[2];
            return of(step[1]).count(step[2]);
          case "network":
            return of(step[1]).network(step[2], step[3]);
          case "pass":
            return pass(step[1]);
          case "month":
            await sayAll();
            return pass(32 * 24 * 60 * minute);
          case "scrape":
            // Whether it arrives or not: nobody waits for it.
            return void of(step[1])
              .flush()
              .catch(() => {});
          case "lose hosts":
            return of(step[1]).losesHosts();
          default:
            return world.beginAgain();
        }
      };
      for (const step of steps) {
        await take(step);
        expect(total()).toBeLessThanOrEqual(counted);
      }
      await sayAll();
      expect(total()).toBe(counted);
      expect(world.total("took_seconds")).toBe(counted);
    }),
    { numRuns: 500 },
  );
}, 60_000);
