import { describe, expect, test } from "vitest";
import { Arrivals } from "./arrivals.ts";
import { type OpenLoopPorts, runOpenLoop } from "./open-loop.ts";
import type { LoadPlan } from "./plan.ts";

describe("arrivals", () => {
  test("are due at a fixed rate, each once, however seldom one asks", () => {
    const arrivals = new Arrivals(1_000, 50, 60);
    expect(arrivals.due(49)).toEqual([]);
    expect(arrivals.due(52)).toEqual([50, 51, 52]);
    expect(arrivals.due(52)).toEqual([]);
    expect(arrivals.isOver).toBe(false);
    expect(arrivals.due(1_000)).toEqual([53, 54, 55, 56, 57, 58, 59]);
    expect(arrivals.isOver).toBe(true);
  });

  test("do not drift over a million", () => {
    const times = new Arrivals(3_000, 0, 400_000).due(400_000);
    expect(times).toHaveLength(1_200_000);
    expect(times.at(-1)).toBeCloseTo(1_199_999 / 3, 6);
  });
});

interface World extends OpenLoopPorts {
  readonly connections: () => number;
}

/** A server that works on one request at a time, in a time of the test's own. */
const world = (serviceMs: (sent: number) => number): World => {
  let time = 0;
  let freeAt = 0;
  let opened = 0;
  const ending: { at: number; end: () => void }[] = [];
  return {
    now: () => time,
    tick: async () => {
      time += 1;
      const ended = ending.filter(({ at }) => at <= time);
      for (const one of ended) ending.splice(ending.indexOf(one), 1);
      for (const { end } of ended) end();
    },
    open: () => {
      opened += 1;
      return { exchange: () => {}, close: () => {} };
    },
    call: (_, done) => {
      freeAt = Math.max(freeAt, time) + serviceMs(time);
      ending.push({ at: freeAt, end: () => done("good") });
    },
    connections: () => opened,
  };
};

const plan: LoadPlan & { readonly arrivalsPerSecond: number } = {
  port: 1,
  token: "",
  requests: [],
  connections: 1_000,
  arrivalsPerSecond: 100,
  warmUpMs: 0,
  measureMs: 10_000,
};

describe("an open loop", () => {
  test("sends at its rate to a server that keeps up", async () => {
    const { perSecond, latency } = await runOpenLoop(
      plan,
      world(() => 2),
    );
    expect(perSecond).toBeCloseTo(100, 0);
    expect(latency.max).toBeLessThanOrEqual(3);
  });

  // The server says nothing from 5 s to 6 s: a hundred requests are due meanwhile.
  const stalling = (sent: number) => (sent >= 5_000 && sent < 5_010 ? 1_000 : 1);

  test("counts the wait of all that should have been sent while the server stood still", async () => {
    const { latency } = await runOpenLoop(plan, world(stalling));
    expect(latency.count).toBeGreaterThan(980);
    expect(latency.max).toBeGreaterThan(990);
    // A tenth of the time, and so about a tenth of the requests, waits up to a second.
    expect(latency.p99).toBeGreaterThan(850);
  });

  test("counts it too when it has one connection and cannot even send", async () => {
    const stalled = world(stalling);
    const { latency } = await runOpenLoop({ ...plan, connections: 1 }, stalled);
    expect(stalled.connections()).toBe(1);
    expect(latency.p99).toBeGreaterThan(850);
    expect(latency.count).toBeGreaterThan(980);
  });

  test("tells of what it could not send, and of what was not answered", async () => {
    const dead = world(() => 1_000_000);
    const { outcomes } = await runOpenLoop({ ...plan, connections: 7 }, dead);
    expect(outcomes).toEqual({ "no answer": 7, "not sent": 993 });
  });

  test("uses the connections that are there before it makes more", async () => {
    const busy = world(() => 50);
    const kept = Array.from({ length: 20 }, () => ({
      connection: { exchange: () => {}, close: () => {} },
      since: 0,
    }));
    const { outcomes } = await runOpenLoop({ ...plan, connections: 25 }, { ...busy, kept });
    expect(outcomes["good"]).toBeGreaterThan(190);
    expect(busy.connections()).toBe(5);
  });

  test("leaves the warm-up out", async () => {
    const warm = await runOpenLoop({ ...plan, warmUpMs: 6_500, measureMs: 3_000 }, world(stalling));
    expect(warm.latency.count).toBe(300);
    expect(warm.latency.max).toBeLessThan(10);
  });
});
