import { expect, test } from "vitest";
import { depositing, item, newId } from "../../test/support/wallet-states.ts";
import type { Job, JobResult } from "../domain/wallets/lane/job.ts";
import type { AnswersSoFar, JobAnswer } from "./job-answers.ts";
import { type CallAnswer, LaneCalls } from "./lane-calls.ts";

const jobOf = (items = 1): Job => ({
  organizationId: newId(),
  requestId: newId(),
  deadline: 0,
  items: Array.from({ length: items }, () => item(depositing({ id: newId() }, 5))),
});

const done: JobResult = { ok: true, value: [] };

interface Made {
  readonly lane: number;
  readonly jobs: readonly Job[];
  readonly answer: (answer: CallAnswer) => void;
  readonly fail: (error: unknown) => void;
}

/** A client of lanes that answer when the test says so, and whose turns end when it does. */
const edge = (share = true) => {
  const made: Made[] = [];
  const turns: (() => void)[] = [];
  const kept: Promise<unknown>[] = [];
  const clock = { now: 1_000 };
  const calls = new LaneCalls({
    call: (lane, jobs) =>
      new Promise((answer, fail) => {
        made.push({ lane, jobs, answer, fail });
      }),
    now: () => clock.now,
    soon: (run) => void turns.push(run),
    keep: (work) => void kept.push(work),
    share,
  });
  /** Ends a turn of the event loop. */
  const turn = async (): Promise<void> => {
    for (const run of turns.splice(0)) run();
    await settled();
  };
  return { calls, made, kept, clock, turn };
};

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const answersTo = (jobs: readonly Job[], rest?: CallAnswer["rest"]): CallAnswer => ({
  answers: jobs.map((_, at) => ({ at, result: done })),
  rest,
});

test("a job that finds no call to its lane under way leaves at once", () => {
  const { calls, made } = edge();
  const [first, second] = [jobOf(), jobOf()];
  void calls.submit(0, first);
  void calls.submit(1, second);
  expect(made.map(({ lane, jobs }) => [lane, jobs])).toEqual([
    [0, [first]],
    [1, [second]],
  ]);
});

test("jobs that come while one is leave together at the end of the turn, in order, each to its lane", async () => {
  const { calls, made, turn } = edge();
  void calls.submit(0, jobOf());
  void calls.submit(1, jobOf());
  const jobs = [jobOf(), jobOf(), jobOf(), jobOf()];
  for (const [at, job] of jobs.entries()) void calls.submit(at % 2, job);
  expect(made.length).toBe(2);
  await turn();
  expect(made.slice(2).map(({ lane, jobs }) => [lane, jobs])).toEqual([
    [0, [jobs[0], jobs[2]]],
    [1, [jobs[1], jobs[3]]],
  ]);
  const next = jobOf();
  void calls.submit(0, next);
  await turn();
  expect(made[4]?.jobs).toEqual([next]);
});

test("where requests must not wait for each other every job leaves at once, by itself", () => {
  const { calls, made } = edge(false);
  const jobs = [jobOf(), jobOf(), jobOf()];
  for (const job of jobs) void calls.submit(0, job);
  expect(made.map(({ jobs }) => jobs)).toEqual(jobs.map((job) => [job]));
});

test("a lane that has answered all is idle again", async () => {
  const { calls, made } = edge();
  const first = calls.submit(0, jobOf());
  made[0]?.answer(answersTo([jobOf()]));
  expect(await first).toEqual(done);
  await settled();
  void calls.submit(0, jobOf());
  expect(made.length).toBe(2);
});

/** A call of three jobs, after one that keeps the lane from being idle. */
const callOfThree = async () => {
  const { turn, ...more } = edge();
  void more.calls.submit(0, jobOf());
  const heard: (readonly [number, unknown])[] = [];
  for (const at of [0, 1, 2]) {
    more.calls.submit(0, jobOf()).then(
      (result) => heard.push([at, result]),
      (error: unknown) => heard.push([at, (error as Error).message]),
    );
  }
  await turn();
  const [, call] = more.made;
  if (!call) throw new Error("no call was made");
  return { ...more, heard, call };
};

test("each job is told its own answer when it comes, and the rest is asked for until there is none", async () => {
  const { heard, call } = await callOfThree();
  const asked: ((answers: AnswersSoFar) => void)[] = [];
  let disposed = 0;
  call.answer({
    answers: [{ at: 1, result: done }],
    rest: {
      next: () => new Promise((answer) => void asked.push(answer)),
      [Symbol.dispose]: () => void disposed++,
    },
  });
  await settled();
  expect(heard).toEqual([[1, done]]);
  asked[0]?.({ answers: [{ at: 2, failed: true }], more: true });
  await settled();
  expect(heard.slice(1)).toEqual([[2, "the lane failed"]]);
  expect(disposed).toBe(0);
  const refused: JobAnswer = {
    at: 0,
    result: { ok: false, refusal: { code: "overloaded", detail: "" } },
  };
  asked[1]?.({ answers: [refused], more: false });
  await settled();
  expect(heard.slice(2)).toEqual([[0, refused.result]]);
  expect([asked.length, disposed]).toEqual([2, 1]);
});

test("when a call fails, whoever has no answer hears why, and the others keep theirs", async () => {
  const { heard, call } = await callOfThree();
  let disposed = 0;
  call.answer({
    answers: [{ at: 2, result: done }],
    rest: {
      next: () => Promise.reject(new Error("reset")),
      [Symbol.dispose]: () => void disposed++,
    },
  });
  await settled();
  expect(heard).toEqual([
    [2, done],
    [0, "reset"],
    [1, "reset"],
  ]);
  expect(disposed).toBe(1);
});

test("who was forgotten in an answer is told so", async () => {
  const { heard, call } = await callOfThree();
  call.answer(answersTo([jobOf(), jobOf()]));
  await settled();
  expect(heard.at(-1)).toEqual([2, "the lane did not answer for every job"]);
});

test("the request that makes a call is kept until it is answered", async () => {
  const { calls, made, kept, turn } = edge();
  void calls.submit(0, jobOf());
  const second = calls.submit(0, jobOf());
  void calls.submit(0, jobOf()).catch(() => {});
  expect(kept.length).toBe(2);
  let ended = false;
  void kept[1]?.then(() => {
    ended = true;
  });
  await turn();
  expect(ended).toBe(false);
  made[1]?.answer(answersTo([jobOf()]));
  await second;
  await settled();
  expect(ended).toBe(true);
});

test("nobody joins a call that should have left long ago", async () => {
  const { calls, made, clock, turn } = edge();
  void calls.submit(0, jobOf());
  const jobs = [jobOf(), jobOf(), jobOf()];
  void calls.submit(0, jobs[0] as Job);
  clock.now += 100;
  void calls.submit(0, jobs[1] as Job);
  clock.now += 1;
  void calls.submit(0, jobs[2] as Job);
  await turn();
  expect(made.slice(1).map(({ jobs }) => jobs)).toEqual([[jobs[0], jobs[1]], [jobs[2]]]);
});

test("a call carries 256 commands, or one job", async () => {
  const { calls, made, turn } = edge();
  void calls.submit(0, jobOf());
  const jobs = [jobOf(200), jobOf(56), jobOf(1), jobOf(1_000)];
  for (const job of jobs) void calls.submit(0, job);
  await turn();
  expect(made.slice(1).map(({ jobs }) => jobs)).toEqual([[jobs[0], jobs[1]], [jobs[2]], [jobs[3]]]);
});
