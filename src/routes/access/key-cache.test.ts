import { expect, test } from "vitest";
import type { ApiKeyRecord } from "../../domain/directory/api-keys/api-key.ts";
import { cacheKeys } from "./key-cache.ts";

const setUp = (answer: () => Promise<ApiKeyRecord | null>, capacity?: number) => {
  let time = 0;
  const asked: string[] = [];
  const lookUp = cacheKeys(
    (id) => {
      asked.push(id);
      return answer();
    },
    () => time,
    () => undefined,
    capacity,
  );
  return { lookUp, asked, advance: (ms: number) => (time += ms) };
};

test("a key is looked up once in 30 seconds, also one that does not exist", async () => {
  const { lookUp, asked, advance } = setUp(async () => null);
  await lookUp("a");
  advance(29_999);
  await lookUp("a");
  expect(asked).toEqual(["a"]);
  advance(1);
  await lookUp("a");
  expect(asked).toEqual(["a", "a"]);
});

test("many requests at once share one look-up", async () => {
  const { lookUp, asked } = setUp(async () => null);
  await Promise.all(Array.from({ length: 50 }, () => lookUp("a")));
  expect(asked).toEqual(["a"]);
});

test("a look-up that failed is not remembered", async () => {
  let healthy = false;
  const { lookUp } = setUp(async () => {
    if (!healthy) throw new Error("down");
    return null;
  });
  await expect(lookUp("a")).rejects.toThrow("down");
  healthy = true;
  await expect(lookUp("a")).resolves.toBeNull();
});

test("a flood of unknown keys pushes out the oldest and holds no more than its bound", async () => {
  const { lookUp, asked } = setUp(async () => null, 3);
  for (const id of ["a", "b", "c", "a", "d"]) await lookUp(id);
  await lookUp("a");
  expect(asked).toEqual(["a", "b", "c", "d"]);
  await lookUp("b");
  expect(asked).toEqual(["a", "b", "c", "d", "b"]);
});
