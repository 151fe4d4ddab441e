import { describe, expect, test } from "vitest";
import { anActor } from "../../../../test/support/an-actor.ts";
import { newId, noon } from "../../../../test/support/wallet-states.ts";
import type { Actor } from "../../actor.ts";
import { ok, type Result, refuse } from "../../result.ts";
import type { Job, JobResult } from "../lane/job.ts";
import type { StoredOperation } from "../ports.ts";
import { authorizeBatch, transferBatch } from "./batch.ts";

const actor = anActor();
const keyed: Actor = { ...actor, idempotency: { key: "batch", fingerprint: "whole" } };
const cardId = newId();
const from = newId();
const to = newId();

const event = (value: unknown) => ({
  walletId: from,
  sequence: 2,
  type: "transfer.sent" as const,
  at: noon,
  data: { transfer: value, authorization: value },
  commandKey: null,
  fingerprint: null,
  requestId: actor.requestId,
});

/** The lane answers each job, of however many items, with their amounts. */
const amounts = ({ items }: Job): JobResult =>
  ok(items.map(({ command }) => event("amount" in command ? command.amount : null)));

const portsWith = (
  answer: (job: Job) => JobResult = amounts,
  found: StoredOperation | null = null,
) => {
  const jobs: Job[] = [];
  let minted = 0;
  const ports = {
    ids: { next: () => `id-${++minted}`, withLane: () => "id" },
    now: () => noon,
    sha256: (text: string) => `hash of ${text}`,
    reads: { findOperation: async () => found },
    lane: {
      submit: async (job: Job) => {
        jobs.push(job);
        return answer(job);
      },
    },
  };
  return { ports, jobs };
};

const transfers = (...sums: readonly number[]) =>
  sums.map((amount) => ({ fromWalletId: from, toWalletId: to, amount }));
const payments = (...sums: readonly number[]) => sums.map((amount) => ({ cardId, amount }));
const outcome = (value: unknown, replayed = false) => ({ ok: true, value, replayed });
const told = (result: Result<unknown>) => {
  if (result.ok) throw new Error("it was not refused");
  const { code, errors = [] } = result.refusal;
  return [code, ...errors.map(({ pointer }) => pointer)];
};

describe("items that stand for themselves", () => {
  test("are jobs of their own, each with its outcome, in order", async () => {
    const { ports, jobs } = portsWith((job) =>
      jobs.length === 2 ? refuse("insufficient_funds", "No.") : amounts(job),
    );
    const result = await transferBatch(ports)(actor, { items: transfers(1, 2, 3) });
    expect(result).toMatchObject(ok([outcome(1), refuse("insufficient_funds", "No."), outcome(3)]));
    expect(jobs.map(({ items }) => items.length)).toEqual([1, 1, 1]);
    expect(jobs.flatMap(({ items }) => items.map(({ at }) => at))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("name the id that is not there by its place in the item", async () => {
    const { ports } = portsWith(() => refuse("not_found", "It is not there."));
    const pointersOf = (result: Result<readonly unknown[]>) =>
      result.ok && JSON.stringify(result.value).match(/\/\w+Id/g);
    expect(pointersOf(await transferBatch(ports)(actor, { items: transfers(1) }))).toEqual([
      "/fromWalletId",
    ]);
    expect(pointersOf(await authorizeBatch(ports)(actor, { items: payments(1) }))).toEqual([
      "/cardId",
    ]);
  });

  test("that cannot be are refused without the lane, and the others go on", async () => {
    const { ports, jobs } = portsWith();
    const [one, two] = transfers(1, 2);
    const items = [{ ...one, corrects: newId() }, two] as ReturnType<typeof transfers>;
    const result = await transferBatch(ports)(actor, { items });
    expect(result).toMatchObject({
      ok: true,
      value: [{ ok: false, refusal: { code: "not_found" } }, outcome(2)],
    });
    expect(jobs).toHaveLength(1);
  });

  test("are together a repetition if each of them is", async () => {
    const again = (job: Job): JobResult => ({ ...amounts(job), replayed: true }) as JobResult;
    const all = portsWith(again);
    expect(await transferBatch(all.ports)(keyed, { items: transfers(1, 2) })).toMatchObject({
      ok: true,
      replayed: true,
      value: [outcome(1, true), outcome(2, true)],
    });
    const some = portsWith((job) => (some.jobs.length === 1 ? again(job) : amounts(job)));
    const result = await transferBatch(some.ports)(keyed, { items: transfers(1, 2) });
    expect(result).toMatchObject(ok([outcome(1, true), outcome(2)]));
    expect(result).not.toHaveProperty("replayed");
    const none = portsWith();
    expect(await transferBatch(none.ports)(keyed, { items: [] })).toMatchObject(ok([]));
  });

  test("that cause nothing are a bug", async () => {
    const { ports } = portsWith(() => ok([]));
    await expect(transferBatch(ports)(actor, { items: transfers(1) })).rejects.toThrow("no event");
  });
});

describe("items that stand together", () => {
  test("are one job, which names each item's place in the request", async () => {
    const { ports, jobs } = portsWith();
    const result = await transferBatch(ports)(actor, { atomic: true, items: transfers(1, 2) });
    expect(result).toEqual(ok([outcome(1), outcome(2)]));
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.items.map(({ at }) => at)).toEqual(["/items/0", "/items/1"]);
    const again = portsWith((job) => ({ ...amounts(job), replayed: true }) as JobResult);
    const repeated = await transferBatch(again.ports)(actor, { atomic: true, items: transfers(1) });
    expect(repeated).toEqual({ ok: true, replayed: true, value: [outcome(1, true)] });
  });

  test("are refused together by the first that cannot be, or by the lane", async () => {
    const { ports, jobs } = portsWith(() => refuse("insufficient_funds", "No."));
    const [one, two] = transfers(1, 2);
    const items = [one, { ...two, corrects: newId() }] as ReturnType<typeof transfers>;
    expect(told(await transferBatch(ports)(actor, { atomic: true, items }))).toEqual([
      "not_found",
      "/items/1/corrects",
    ]);
    expect(jobs).toEqual([]);
    expect(told(await transferBatch(ports)(actor, { atomic: true, items: transfers(1) }))).toEqual([
      "insufficient_funds",
    ]);
  });

  test("must all be approved, where payments by themselves need not be", async () => {
    const { ports, jobs } = portsWith();
    expect(await authorizeBatch(ports)(actor, { atomic: true, items: payments(1) })).toEqual(
      ok([outcome(1)]),
    );
    await authorizeBatch(ports)(actor, { items: payments(1) });
    expect(jobs.map(({ items }) => items[0]?.command)).toMatchObject([
      { kind: "authorize", mustApprove: true },
      { kind: "authorize", mustApprove: false },
    ]);
  });

  test("cannot be each other's repetition", async () => {
    const { ports, jobs } = portsWith();
    const items = transfers(1, 2).map((item) => ({ ...item, idempotencyKey: "same" }));
    expect(told(await transferBatch(ports)(actor, { atomic: true, items }))).toEqual([
      "validation_failed",
      "/items/1/idempotencyKey",
    ]);
    expect(jobs).toEqual([]);
    expect((await transferBatch(ports)(actor, { items })).ok).toBe(true);
  });
});

describe("an item's key", () => {
  const keysOf = async (
    as: Actor,
    items: Parameters<ReturnType<typeof transferBatch>>[1]["items"],
  ) => {
    const { ports, jobs } = portsWith();
    await transferBatch(ports)(as, { items });
    return jobs.map((job) => job.items[0]);
  };

  test("is its own, or its place under the batch's, or minted", async () => {
    const [one, two] = transfers(1, 2);
    const items = [{ ...one, idempotencyKey: "own" }, two] as ReturnType<typeof transfers>;
    const [own, placed] = await keysOf(keyed, items);
    expect([own?.key, placed?.key]).toEqual(["client:own", "client:batch#1"]);
    const [alone, minted] = await keysOf(actor, items);
    expect(alone?.key).toBe("client:own");
    expect(minted).toMatchObject({ key: expect.stringMatching(/^minted:/), fingerprint: null });
  });

  test("has the fingerprint of what the item says, whatever its key and its place", async () => {
    const [one] = transfers(1);
    const item = { fromWalletId: from, toWalletId: to, amount: 1 };
    const items = [
      { ...one, idempotencyKey: "a" },
      { ...item, idempotencyKey: "b" },
      { ...item, amount: 2 },
    ];
    const prints = (await keysOf(keyed, items as ReturnType<typeof transfers>)).map(
      (found) => found?.fingerprint,
    );
    expect(prints[0]).toBe(prints[1]);
    expect(prints[0]).toMatch(/^hash of batch \{/);
    expect(prints[2]).not.toBe(prints[0]);
  });
});

test("a batch has at most a thousand items", async () => {
  const { ports, jobs } = portsWith();
  const items = Array.from({ length: 1_001 }, () => ({ cardId, amount: 1 }));
  expect(told(await authorizeBatch(ports)(actor, { items }))).toEqual(["too_many_at_once"]);
  expect(jobs).toEqual([]);
  expect((await authorizeBatch(ports)(actor, { items: items.slice(1) })).ok).toBe(true);
});
