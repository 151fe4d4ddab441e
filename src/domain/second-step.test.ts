import { expect, test } from "vitest";
import { secondStep } from "./second-step.ts";

test("a step that goes well answers what it answers", async () => {
  expect(await secondStep(async () => 7)).toBe(7);
});

test("one that fails is the same failure, and counts as sent", async () => {
  const gone = Object.assign(new Error("gone"), { sent: false, sqlState: "53300" });
  const failed = await secondStep(() => Promise.reject(gone)).catch((error: unknown) => error);
  expect(failed).toBe(gone);
  expect(failed).toMatchObject({ sent: true, sqlState: "53300" });
});
