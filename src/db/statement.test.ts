import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { statement } from "./statement.ts";

describe("statement", () => {
  it("numbers parameters and keeps fragments as text", () => {
    const tail = sql`and b = ${2}`;
    expect(statement("s", sql`select a where a = ${"x"} ${tail} and c is ${null}`)).toEqual({
      name: "s",
      text: "select a where a = $1 and b = $2 and c is $3",
      params: ["x", 2, null],
    });
  });

  it("sends times as ISO 8601 and bigints as digits", () => {
    const at = new Date("2026-11-22T10:00:00.123Z");
    expect(statement("s", sql`${at} ${9007199254740993n}`).params).toEqual([
      "2026-11-22T10:00:00.123Z",
      "9007199254740993",
    ]);
  });

  it("refuses what drivers would send in different ways, or not at all", () => {
    expect(() => statement("s", sql`${{ a: 1 }}`)).toThrow(TypeError);
    expect(() => statement("s", sql`${Number.NaN}`)).toThrow(TypeError);
    expect(() => statement("s", sql`${sql.param(undefined)}`)).toThrow(TypeError);
  });
});
