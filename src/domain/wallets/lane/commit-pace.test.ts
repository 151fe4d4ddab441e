import { expect, test } from "vitest";
import { CommitPace } from "./commit-pace.ts";

const options = { maxBatch: 256, nearBatch: 128, maxCommits: 4, secondCommitFrom: 32 };

/** After so many commits of one kind that all before them are forgotten. */
const paceAfter = (commitMs: number, executionMs: number, more: Partial<typeof options> = {}) => {
  const pace = new CommitPace({ ...options, ...more });
  for (let commit = 0; commit < 200; commit++) pace.measure(commitMs, executionMs);
  return pace;
};

const isFar = (pace: CommitPace) => pace.commitsAllowed(0) === options.maxCommits;

test("a lane that has committed nothing takes the database for near", () => {
  expect(isFar(new CommitPace(options))).toBe(false);
});

test.each([
  [40, 2, true],
  [40, 20, false],
  [4, 0, false],
  [8, 0, false],
  [9, 0, true],
  [10, 2, false],
  [30, 10, false],
  [31, 10, true],
])(
  "where a commit takes %i ms, %i of them in the database, it is far: %j",
  (ms, execution, far) => {
    expect(isFar(paceAfter(ms, execution))).toBe(far);
  },
);

test("one commit says little, and after many the first ones say nothing", () => {
  const pace = paceAfter(10, 10);
  pace.measure(40, 0);
  expect(isFar(pace)).toBe(false);
  for (let commit = 0; commit < 20; commit++) pace.measure(40, 0);
  expect(isFar(pace)).toBe(true);
  for (let commit = 0; commit < 20; commit++) pace.measure(10, 10);
  expect(isFar(pace)).toBe(false);
});

test("a network lengthens every commit's way, a busy processor not that of all", () => {
  expect(isFar(paceAfter(50, 12))).toBe(true);
  const pace = paceAfter(30, 12);
  for (let commit = 0; commit < 200; commit++) {
    pace.measure(commit % 4 === 0 ? 30 : 50, 12);
    expect(isFar(pace), `after ${commit}`).toBe(false);
  }
});

test("near, a second commit leaves when enough jobs are ready, and never a third", () => {
  const pace = paceAfter(10, 10);
  expect([0, 31, 32, 4_096].map((ready) => pace.commitsAllowed(ready))).toEqual([1, 1, 2, 2]);
  expect(paceAfter(10, 10, { maxCommits: 1 }).commitsAllowed(32)).toBe(1);
});

test("near, batches are smaller until so many are ready that halves are larger, too", () => {
  const near = paceAfter(10, 10);
  expect([0, 256, 400, 512, 4_096].map((ready) => near.jobsAllowed(ready))).toEqual([
    128, 128, 200, 256, 256,
  ]);
  expect(paceAfter(40, 2).jobsAllowed(0)).toBe(256);
  expect(paceAfter(10, 10, { maxBatch: 100 }).jobsAllowed(0)).toBe(100);
});
