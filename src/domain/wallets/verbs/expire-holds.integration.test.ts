import { beforeAll, describe, expect, it } from "vitest";
import { anActor } from "../../../../test/support/an-actor.ts";
import { audited } from "../../../../test/support/audit.ts";
import { type TestDatabase, testDatabase } from "../../../../test/support/database.ts";
import { times, valueFrom } from "../../../../test/support/directory.ts";
import { at } from "../../../../test/support/wallet-states.ts";
import { funded, type Money, moneyOn, withCard } from "../../../../test/support/wallets.ts";
import { dueHoldOf, dueHolds } from "../../../db/wallets/ledger.ts";
import { createIds } from "../../../runtime/ids.ts";
import type { Actor } from "../../actor.ts";
import { refuse } from "../../result.ts";
import type { CommandLane } from "../lane/job.ts";
import { type DueHold, expireHolds, type SweepPorts, type SweepReport } from "./expire-holds.ts";

// Sweeps are of all organizations: each test has a database of its own.

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Swept {
  readonly database: TestDatabase;
  readonly money: Money;
  readonly actors: readonly Actor[];
  /** Pages that were read: their sizes. */
  readonly pages: number[];
  /** Holds that were read, in that order. */
  readonly read: DueHold[];
  readonly sweep: (over?: Partial<SweepPorts>, budgetMs?: number) => Promise<SweepReport>;
  /** The state of all payments, and the proof that the books are right. */
  readonly statuses: () => Promise<Record<string, number>>;
}

/** Organizations with holds of 10 that are due, and some that are not. */
const withHolds = async (due: number, notDue: number): Promise<Swept> => {
  const database = await testDatabase();
  const db = database.postgres();
  const money = moneyOn(db);
  const actors = [anActor(), anActor(), anActor()];
  const made = await Promise.all(
    actors.map(async (actor, i) => {
      const cards = await Promise.all(
        times(2, async () => withCard(money, actor, await funded(money, actor, 100_000))),
      );
      const share = (count: number) => Math.floor((count + 2 - i) / 3);
      const payments = [...times(share(due), () => 1), ...times(share(notDue), () => 86_400)].map(
        (expiresInSeconds, n) => ({ cardId: at(cards, n % 2).id, amount: 10, expiresInSeconds }),
      );
      return valueFrom(await money.wallets.authorizeBatch(actor, { items: payments }));
    }),
  );
  const outcomes = made.flat();
  expect(outcomes.filter((one) => one.ok && one.value.approved)).toHaveLength(due + notDue);
  await sleep(1_100);
  const pages: number[] = [];
  const read: DueHold[] = [];
  const ports: SweepPorts = {
    lane: money.lane,
    ids: createIds(),
    now: Date.now,
    dueHolds: async (now, after, limit) => {
      const rows = await db.run(dueHolds(new Date(now).toISOString(), after, limit));
      const holds = rows.map(dueHoldOf);
      pages.push(holds.length);
      read.push(...holds);
      return holds;
    },
  };
  const statuses = async () => {
    const counts: Record<string, number> = {};
    for (const { organizationId } of actors) {
      const { payments, wallets } = await audited(db, organizationId);
      for (const { status } of payments.values()) counts[status] = (counts[status] ?? 0) + 1;
      const held = [...wallets.values()].reduce((sum, wallet) => sum + wallet.held, 0n);
      const open = [...payments.values()].filter(({ status }) => status === "open");
      expect(held).toBe(10n * BigInt(open.length));
    }
    return counts;
  };
  return {
    database,
    money,
    actors,
    pages,
    read,
    sweep: (over = {}, budgetMs = 20_000) => expireHolds({ ...ports, ...over }, budgetMs),
    statuses,
  };
};

describe("a sweep of 450 holds that are due", () => {
  let swept: Swept;

  beforeAll(async () => {
    swept = await withHolds(450, 50);
  });

  it("stops when its time is up, having done whole pages, and says that it is not complete", async () => {
    let asked = 0;
    // The clock leaps over the budget while the first page is done.
    const now = () => Date.now() + (asked++ > 1 + 200 ? 60_000 : 0);
    const lane: CommandLane = {
      submit: (job) => swept.money.lane.submit({ ...job, deadline: Date.now() + 8_000 }),
    };
    const report = await swept.sweep({ now, lane }, 10_000);
    expect(report).toEqual({ expired: 200, passed: 0, failed: 0, complete: false });
    expect(swept.pages).toEqual([200]);
    expect(await swept.statuses()).toEqual({ expired: 200, open: 300 });
  });

  it("without time does nothing", async () => {
    expect(await swept.sweep({}, 0)).toEqual({
      expired: 0,
      passed: 0,
      failed: 0,
      complete: false,
    });
  });

  it("is taken up by the next, in pages, oldest first, and leaves those that are not due", async () => {
    const report = await swept.sweep();
    expect(report).toEqual({ expired: 250, passed: 0, failed: 0, complete: true });
    expect(swept.pages).toEqual([200, 200, 50]);
    const places = swept.read.map(({ expiresAt, id }) => `${expiresAt} ${id}`);
    expect(places).toEqual([...places].sort());
    expect(new Set(swept.read.map(({ id }) => id)).size).toBe(450);
    expect(new Set(swept.read.map(({ organizationId }) => organizationId)).size).toBe(3);
    expect(await swept.statuses()).toEqual({ expired: 450, open: 50 });
  });

  it("finds nothing a second time", async () => {
    expect(await swept.sweep()).toEqual({ expired: 0, passed: 0, failed: 0, complete: true });
    expect(await swept.statuses()).toEqual({ expired: 450, open: 50 });
  });
});

it("two sweeps at once in two processes expire every hold once", async () => {
  const swept = await withHolds(300, 10);
  const second = moneyOn(swept.database.postgres());
  const reports = await Promise.all([
    swept.sweep(),
    swept.sweep({ lane: second.lane }),
    swept.sweep(),
  ]);
  expect(reports.map(({ failed, complete }) => [failed, complete])).toEqual([
    [0, true],
    [0, true],
    [0, true],
  ]);
  expect(reports.reduce((sum, { expired }) => sum + expired, 0)).toBe(300);
  // They met: else nothing was shown.
  expect(reports.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThan(0);
  expect(await swept.statuses()).toEqual({ expired: 300, open: 10 });
});

it("what was captured, reversed or expired while the page was read is passed over", async () => {
  const swept = await withHolds(30, 0);
  const [actor] = swept.actors;
  if (!actor) throw new Error("no actor");
  const { wallets, lane } = swept.money;
  let calls = 0;
  const racing: CommandLane = {
    submit: async (job) => {
      const [first] = job.items;
      const own = job.organizationId === actor.organizationId;
      if (own && first && "authorizationId" in first.command) {
        const id = first.command.authorizationId;
        const act = calls++ % 2 === 0 ? wallets.capture : wallets.reverse;
        valueFrom<unknown>(await act(actor, id, {}));
      }
      return lane.submit(job);
    },
  };
  const report = await swept.sweep({ lane: racing });
  expect(report).toEqual({ expired: 20, passed: 10, failed: 0, complete: true });
  expect(await swept.statuses()).toEqual({ expired: 20, closed: 5, reversed: 5 });
});

it("holds that cannot be expired now keep no others from it, and are tried by the next sweep", async () => {
  const swept = await withHolds(30, 0);
  const [refused, thrown] = swept.actors;
  const failing: CommandLane = {
    submit: async (job) => {
      if (job.organizationId === thrown?.organizationId) throw new Error("the lane is gone");
      if (job.organizationId === refused?.organizationId) {
        return refuse("overloaded", "The service is taking more than it can do now.");
      }
      return swept.money.lane.submit(job);
    },
  };
  const report = await swept.sweep({ lane: failing });
  expect(report).toEqual({ expired: 10, passed: 0, failed: 20, complete: true });
  expect(await swept.sweep()).toEqual({ expired: 20, passed: 0, failed: 0, complete: true });
  expect(await swept.statuses()).toEqual({ expired: 30 });
});

it("a sweep whose clock is ahead of its lane's expires nothing early", async () => {
  const swept = await withHolds(10, 20);
  const ahead = () => Date.now() + 2 * 86_400_000;
  const lane: CommandLane = {
    submit: (job) => swept.money.lane.submit({ ...job, deadline: Date.now() + 8_000 }),
  };
  const report = await swept.sweep({ now: ahead, lane });
  expect(report).toEqual({ expired: 10, passed: 20, failed: 0, complete: true });
  expect(await swept.statuses()).toEqual({ expired: 10, open: 20 });
});
