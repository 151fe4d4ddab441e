import { describe, expect, test } from "vitest";
import { instant, safeInteger } from "./columns.ts";

describe("an int8", () => {
  test.each([
    ["0", 0],
    ["-12", -12],
    [7, 7],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ])("reads %j", (column, value) => {
    expect(safeInteger.parse(column)).toBe(value);
  });

  test.each(["", " 1", "1.0", "1e3", "0x10", "9007199254740992", 1.5, Number.NaN, null, true, [1]])(
    "is not %j",
    (column) => {
      expect(safeInteger.safeParse(column).error?.issues).toMatchObject([
        { message: "Expected a safe integer" },
      ]);
    },
  );
});

describe("a timestamptz", () => {
  test.each([
    new Date("2026-11-02T09:30:00.123Z"),
    "2026-11-02T09:30:00.123Z",
    "2026-11-02T11:30:00.123+02:00",
  ])("reads %j", (column) => {
    expect(instant.parse(column)).toBe("2026-11-02T09:30:00.123Z");
  });

  test.each(["", "noon", new Date(Number.NaN), 1_700_000_000_000, null])("is not %j", (column) => {
    expect(instant.safeParse(column).error?.issues).toMatchObject([
      { message: "Expected an instant" },
    ]);
  });
});
