import { expect, test } from "vitest";
import { continueTrace } from "./trace-context.ts";

test("ids are never the same, however many are drawn", () => {
  const drawn = Array.from({ length: 2_000 }, () => continueTrace(undefined));
  expect(new Set(drawn.map(({ traceId }) => traceId)).size).toBe(2_000);
  expect(new Set(drawn.map(({ spanId }) => spanId)).size).toBe(2_000);
  for (const { traceId, spanId } of drawn) expect(`${traceId}${spanId}`).toMatch(/^[0-9a-f]{48}$/);
});
