import { expect, test } from "vitest";
import { createSlots } from "./slots.ts";

const inMs = (ms: number): number => performance.now() + ms;

test("hands out its slots and no more, in the order of asking", async () => {
  const slots = createSlots(2);
  const order: string[] = [];
  expect(await slots.acquire(inMs(1_000))).toBe(true);
  expect(await slots.acquire(inMs(1_000))).toBe(true);
  const first = slots.acquire(inMs(1_000)).then(() => order.push("first"));
  const second = slots.acquire(inMs(1_000)).then(() => order.push("second"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(order).toEqual([]);
  slots.release();
  await first;
  expect(order).toEqual(["first"]);
  slots.release();
  await second;
  expect(order).toEqual(["first", "second"]);
});

test("who gives up takes no slot with them", async () => {
  const slots = createSlots(1);
  await slots.acquire(inMs(1_000));
  expect(await slots.acquire(inMs(10))).toBe(false);
  slots.release();
  expect(await slots.acquire(inMs(10))).toBe(true);
  expect(await slots.acquire(inMs(10))).toBe(false);
});
