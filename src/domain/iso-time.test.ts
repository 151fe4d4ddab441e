import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";

const written = vi.spyOn(Date.prototype, "toISOString");

/** A module of the test's own: it has written nothing yet. */
const fresh = async () => {
  vi.resetModules();
  return import("./iso-time.ts");
};

beforeEach(() => void written.mockClear());
afterAll(() => written.mockRestore());

test("a moment is ISO 8601 in UTC with milliseconds, and none is none", async () => {
  const { isoTime, isoTimeOrNull } = await fresh();
  expect(isoTime(0)).toBe("1970-01-01T00:00:00.000Z");
  expect(isoTimeOrNull(1_795_348_800_123)).toBe("2026-11-22T12:00:00.123Z");
  expect(isoTimeOrNull(null)).toBe(null);
});

describe("what was written before", () => {
  const moments = (count: number) => Array.from({ length: count }, (_, ms) => ms);

  test("is not written again, of as many moments as are remembered", async () => {
    const { isoTime } = await fresh();
    for (let round = 0; round < 3; round++) for (const ms of moments(64)) isoTime(ms);
    expect(written).toHaveBeenCalledTimes(64);
  });

  test("is forgotten with one more, so that no more are ever remembered", async () => {
    const { isoTime } = await fresh();
    for (const ms of moments(65)) isoTime(ms);
    expect(written).toHaveBeenCalledTimes(65);
    expect(isoTime(64)).toBe("1970-01-01T00:00:00.064Z");
    expect(written).toHaveBeenCalledTimes(65);
    expect(isoTime(0)).toBe("1970-01-01T00:00:00.000Z");
    expect(written).toHaveBeenCalledTimes(66);
  });
});
