import { describe, expect, test } from "vitest";
import { gather, unshared } from "./gather.ts";

/** A look-up whose statements are answered by hand, and a turn of the loop ended by hand. */
const scene = ({ flights = 1, seats = 100 } = {}) => {
  const sent: { keys: readonly number[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const turn: (() => void)[] = [];
  const find = gather<number, string>(
    (keys) =>
      new Promise((resolve, reject) => {
        sent.push({ keys, answer: () => resolve(keys.map((key) => `v${key}`)), fail: reject });
      }),
    { soon: (depart) => void turn.push(depart), flights, seats },
  );
  const endTurn = (): void => {
    for (const depart of turn.splice(0)) depart();
  };
  return { find, sent, endTurn };
};

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("look-ups", () => {
  test("that are asked for in one turn share a statement, and each gets its own value", async () => {
    const { find, sent, endTurn } = scene();
    const found = Promise.all([find(1), find(2), find(1)]);
    expect(sent).toEqual([]);
    endTurn();
    expect(sent.map(({ keys }) => keys)).toEqual([[1, 2, 1]]);
    sent[0]?.answer();
    expect(await found).toEqual([
      { value: "v1", asked: 3 },
      { value: "v2", asked: 3 },
      { value: "v1", asked: 3 },
    ]);
  });

  test("never join a statement that was sent before they were asked for", async () => {
    const { find, sent, endTurn } = scene();
    void find(1);
    endTurn();
    const late = find(1);
    endTurn();
    expect(sent).toHaveLength(1);
    sent[0]?.answer();
    await settle();
    expect(sent.map(({ keys }) => keys)).toEqual([[1], [1]]);
    sent[1]?.answer();
    expect(await late).toEqual({ value: "v1", asked: 1 });
  });

  test("keep to so many statements at once and so many keys in each", async () => {
    const { find, sent, endTurn } = scene({ flights: 2, seats: 3 });
    const all = Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((key) => find(key)));
    endTurn();
    expect(sent.map(({ keys }) => keys)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    sent[1]?.answer();
    await settle();
    expect(sent[2]?.keys).toEqual([7, 8]);
    sent[0]?.answer();
    sent[2]?.answer();
    expect((await all).map(({ value }) => value)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((key) => `v${key}`),
    );
  });

  test("fail together with their statement, and those after them do not", async () => {
    const { find, sent, endTurn } = scene();
    const failing = Promise.allSettled([find(1), find(2)]);
    endTurn();
    const after = find(3);
    sent[0]?.fail(new Error("no answer"));
    expect((await failing).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await settle();
    sent[1]?.answer();
    expect(await after).toEqual({ value: "v3", asked: 1 });
  });

  test("go each on their own where nothing is shared", async () => {
    const sent: (readonly number[])[] = [];
    const find = unshared("things", async (keys: readonly number[]) => {
      sent.push(keys);
      return keys.map((key) => key * 10);
    });
    expect(await Promise.all([find(1), find(2)])).toEqual([10, 20]);
    expect(sent).toEqual([[1], [2]]);
  });
});
