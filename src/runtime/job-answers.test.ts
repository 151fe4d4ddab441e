import { expect, test } from "vitest";
import type { JobResult } from "../domain/wallets/lane/job.ts";
import { JobAnswers } from "./job-answers.ts";

const done: JobResult = { ok: true, value: [] };

/** Jobs that are answered when the test says so. */
const jobs = (count: number) => {
  const open = Array.from({ length: count }, () => Promise.withResolvers<JobResult>());
  const failures: unknown[] = [];
  const answers = new JobAnswers(
    open.map(({ promise }) => promise),
    (error) => failures.push(error),
  );
  return { open, answers, failures };
};

test("answers that were given together come together, and those that were not do not wait", async () => {
  const { open, answers } = jobs(4);
  const first = answers.next();
  for (const at of [3, 1]) open[at]?.resolve(done);
  expect(await first).toEqual({
    answers: [
      { at: 3, result: done },
      { at: 1, result: done },
    ],
    more: true,
  });
  open[0]?.resolve(done);
  expect(await answers.next()).toEqual({ answers: [{ at: 0, result: done }], more: true });
  open[2]?.resolve(done);
  expect(await answers.next()).toEqual({ answers: [{ at: 2, result: done }], more: false });
});

test("what came before anybody asked is not lost", async () => {
  const { open, answers } = jobs(2);
  for (const { resolve } of open) resolve(done);
  await Promise.all(open.map(({ promise }) => promise));
  expect((await answers.next()).answers.map(({ at }) => at)).toEqual([0, 1]);
  expect(await answers.next()).toEqual({ answers: [], more: false });
});

test("why a job failed is told here, and not to whoever asked", async () => {
  const { open, answers, failures } = jobs(1);
  const bug = new Error("a bug");
  open[0]?.reject(bug);
  expect(await answers.next()).toEqual({ answers: [{ at: 0, failed: true }], more: false });
  expect(failures).toEqual([bug]);
});
