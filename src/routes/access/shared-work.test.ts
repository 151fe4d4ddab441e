import { expect, test } from "vitest";
import { shareWork } from "./shared-work.ts";

const defer = () => undefined;

const counted = (answer: (call: number) => Promise<string>) => {
  let calls = 0;
  return { work: () => answer(++calls), calls: () => calls };
};

test("what many want at once is done once", async () => {
  const { work, calls } = counted(async (call) => `answer ${call}`);
  const shared = shareWork<string>(defer);
  const answers = await Promise.all(Array.from({ length: 20 }, () => shared.run(work)));
  expect(new Set(answers)).toEqual(new Set(["answer 1"]));
  expect(calls()).toBe(1);
});

test("what is wanted again later is done again", async () => {
  const { work } = counted(async (call) => `answer ${call}`);
  const shared = shareWork<string>(defer);
  expect(await shared.run(work)).toBe("answer 1");
  expect(await shared.run(work)).toBe("answer 2");
});

test("a failure is everyone's, and nobody's afterwards", async () => {
  const { work } = counted(async (call) => {
    if (call === 1) throw new Error("down");
    return "up";
  });
  const shared = shareWork<string>(defer);
  const both = await Promise.allSettled([shared.run(work), shared.run(work)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await shared.run(work)).toBe("up");
});

test("work whose request died is begun anew, once, by those who waited for it", async () => {
  const never = new Promise<string>(() => undefined);
  const soon = () => new Promise<string>((resolve) => setTimeout(resolve, 25, "answer"));
  const { work, calls } = counted((call) => (call === 1 ? never : soon()));
  const shared = shareWork<string>(defer, 100);
  void shared.run(work);
  const waiting = Array.from({ length: 10 }, () => shared.run(work));
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(["answer"]));
  expect(calls()).toBe(2);
  expect(await shared.run(work)).toBe("answer");
});

test("shared work is handed to the runtime, which keeps it alive and hears of no failure", async () => {
  const kept: Promise<unknown>[] = [];
  const shared = shareWork<string>((work) => kept.push(work));
  const { work } = counted(async (call) => {
    if (call === 1) throw new Error("down");
    return "up";
  });
  await Promise.allSettled([shared.run(work), shared.run(work)]);
  expect(await shared.run(work)).toBe("up");
  expect(kept).toHaveLength(2);
  expect((await Promise.allSettled(kept)).map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
  ]);
});
