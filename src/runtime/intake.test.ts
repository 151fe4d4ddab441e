import { expect, test } from "vitest";
import { Intake } from "./intake.ts";

/** An event loop whose turns the test ends. */
const aLoop = () => {
  let due: (() => void)[] = [];
  return {
    soon: (run: () => void) => void due.push(run),
    endTurn: async () => {
      const now = due;
      due = [];
      for (const run of now) run();
      await Promise.resolve();
      return now.length;
    },
  };
};

const entering = (intake: Intake, names: string, begun: string[]) => {
  for (const name of names) void intake.enter().then(() => begun.push(name));
};

test("a request begins when its turn of the event loop ends, and nothing is left to do after it", async () => {
  const { soon, endTurn } = aLoop();
  const begun: string[] = [];
  entering(new Intake(2, soon), "a", begun);
  await Promise.resolve();
  expect(begun).toEqual([]);
  expect(await endTurn()).toBe(1);
  expect(begun).toEqual(["a"]);
  expect(await endTurn()).toBe(0);
});

test("so many begin a turn, in the order in which they came", async () => {
  const { soon, endTurn } = aLoop();
  const intake = new Intake(2, soon);
  const begun: string[] = [];
  entering(intake, "abc", begun);
  await endTurn();
  expect(begun.join("")).toBe("ab");
  entering(intake, "de", begun);
  await endTurn();
  expect(begun.join("")).toBe("abcd");
  await endTurn();
  expect(begun.join("")).toBe("abcde");
  expect(await endTurn()).toBe(0);
});

test("ten thousand that come at once all begin", async () => {
  const intake = new Intake();
  const begun: string[] = [];
  const names = Array.from({ length: 10_000 }, (_, index) => index);
  await Promise.all(names.map((name) => intake.enter().then(() => begun.push(`${name}`))));
  expect(begun).toEqual(names.map(String));
});
