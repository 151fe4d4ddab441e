import { describe, expect, test } from "vitest";
import { anActor } from "../../../../test/support/an-actor.ts";
import { newId, noon } from "../../../../test/support/wallet-states.ts";
import { ok, type RefusalCode, refuse } from "../../result.ts";
import type { Job, JobResult } from "../lane/job.ts";
import { closeOwner } from "./close-owner.ts";
import { type DueHold, expireHolds } from "./expire-holds.ts";

const organizationId = newId();
let made = 0;
const ids = { next: () => `id-${++made}`, withLane: () => `id-${++made}` };

describe("a sweep of holds whose time is over", () => {
  const hold = (index: number): DueHold => ({
    id: `payment-${index}`,
    organizationId,
    expiresAt: new Date(noon + index).toISOString(),
  });
  const holds = (count: number) => Array.from({ length: count }, (_, index) => hold(index));

  const swept = async (
    due: readonly DueHold[],
    answer: (job: Job) => Promise<JobResult> = async () => ok([]),
    { budgetMs = 1_000, tookMs = 0 } = {},
  ) => {
    let now = noon;
    const asked: unknown[] = [];
    const jobs: Job[] = [];
    const report = await expireHolds(
      {
        ids,
        now: () => now,
        lane: {
          submit: (job) => {
            jobs.push(job);
            return answer(job);
          },
        },
        dueHolds: async (at, after, limit) => {
          asked.push([at, after?.id ?? null]);
          now += tookMs;
          const from = after === null ? 0 : due.findIndex(({ id }) => id === after.id) + 1;
          return due.slice(from, from + limit);
        },
      },
      budgetMs,
    );
    return { report, asked, jobs };
  };

  test("expires each by a command of its own, which no other sweep's can be taken for", async () => {
    const { report, jobs } = await swept(holds(2));
    expect(report).toEqual({ expired: 2, passed: 0, failed: 0, complete: true });
    expect(jobs.map(({ items }) => items[0]?.command)).toEqual([
      { kind: "expire", authorizationId: "payment-0" },
      { kind: "expire", authorizationId: "payment-1" },
    ]);
    const [one, other] = jobs;
    expect(one).toMatchObject({ organizationId, deadline: noon + 8_000 });
    expect(one?.requestId).toMatch(/^sweep-id-/);
    expect(one?.items[0]).toMatchObject({
      key: expect.stringMatching(/^minted:id-/),
      fingerprint: null,
    });
    expect(one?.requestId).not.toBe(other?.requestId);
    expect(one?.items[0]?.key).not.toBe(other?.items[0]?.key);
  });

  test("counts what others were quicker with apart from what failed", async () => {
    const codes: readonly RefusalCode[] = [
      "authorization_not_open",
      "hold_not_expired",
      "wallet_busy",
      "not_found",
    ];
    const answers = [...codes.map((code) => refuse(code, "No."))];
    const { report } = await swept(holds(6), async ({ items }) => {
      const [item] = items;
      const index =
        item?.command.kind === "expire" ? Number(item.command.authorizationId.at(-1)) : 0;
      if (index === 5) throw new Error("the lane is gone");
      return answers[index] ?? ok([]);
    });
    expect(report).toEqual({ expired: 1, passed: 2, failed: 3, complete: true });
  });

  test("goes on page by page, behind the last hold, by the time at which it began", async () => {
    const { report, asked } = await swept(holds(400), undefined, { tookMs: 1 });
    expect(report).toEqual({ expired: 400, passed: 0, failed: 0, complete: true });
    expect(asked).toEqual([
      [noon, null],
      [noon, "payment-199"],
      [noon, "payment-399"],
    ]);
  });

  test("ends with its time, and says that there is more", async () => {
    const { report, asked } = await swept(holds(600), undefined, { tookMs: 500 });
    expect(report).toEqual({ expired: 400, passed: 0, failed: 0, complete: false });
    expect(asked).toHaveLength(2);
    const none = await swept(holds(1), undefined, { budgetMs: 0 });
    expect(none.report).toEqual({ expired: 0, passed: 0, failed: 0, complete: false });
  });
});

describe("an owner that is closed", () => {
  const written = { wallets: "9" };
  const actor = anActor({ organizationId });
  const owner = { teamId: newId() };

  const closed = async (answers: readonly JobResult[], kept: readonly boolean[] = [true]) => {
    const steps: unknown[] = [];
    const [...jobs] = answers;
    const [...keeps] = kept;
    let token = 6;
    const result = await closeOwner({
      ids,
      now: () => noon,
      lane: {
        submit: async ({ items }) => {
          steps.push(["delete", items.length]);
          return jobs.shift() ?? ok([]);
        },
      },
      ownership: {
        close: async (of: string, who: unknown) => {
          expect([of, who]).toEqual([organizationId, owner]);
          token += 1;
          return token;
        },
        walletIdsOf: async () => ["one", "two"],
        keepClosed: async (_: string, __: unknown, by: number) => {
          steps.push(["keep", by]);
          return (keeps.shift() ?? true) ? { written } : null;
        },
        reopen: async (_: string, __: unknown, by: number) => void steps.push(["reopen", by]),
      } as never,
    })(actor, owner);
    return { result, steps };
  };

  test("has its wallets deleted together, and its tombstone kept", async () => {
    const { result, steps } = await closed([]);
    expect(result).toEqual(ok(undefined, written));
    expect(steps).toEqual([
      ["delete", 2],
      ["keep", 7],
    ]);
  });

  test("is open again if a wallet is not empty, and is told which", async () => {
    const errors = [{ detail: "wallet one still has money" }];
    const { result, steps } = await closed([refuse("wallet_not_empty", "Not empty.", errors)]);
    expect(result).toMatchObject({ ok: false, refusal: { code: "owner_not_empty", errors } });
    expect(steps).toEqual([
      ["delete", 2],
      ["reopen", 7],
    ]);
    const busy = refuse("wallet_busy", "Busy.");
    expect((await closed([busy])).result).toEqual(busy);
  });

  test("stays closed while nobody knows whether its wallets are deleted", async () => {
    const unknown = refuse("outcome_unknown", "Nobody knows.");
    expect(await closed([unknown])).toEqual({ result: unknown, steps: [["delete", 2]] });
  });

  test("is closed again where another delete took the tombstone back", async () => {
    const { result, steps } = await closed([], [false, true]);
    expect(result).toEqual(ok(undefined, written));
    expect(steps).toEqual([
      ["delete", 2],
      ["keep", 7],
      ["delete", 2],
      ["keep", 8],
    ]);
  });
});
