import { describe, expect, test } from "vitest";
import type * as z from "zod";
import { currency } from "./currency.ts";
import { limitsPatch } from "./limits.ts";
import { metadata } from "./metadata.ts";
import { text } from "./text.ts";
import { timeInput } from "./time.ts";
import { timezone } from "./timezone.ts";

const accepts = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe("currency", () => {
  test.each(["EUR", "USD", "JPY", "CHF"])("%s", (value) =>
    expect(accepts(currency, value)).toBe(true),
  );
  test.each(["eur", "EU", "EURO", "QQQ", "", " EUR", 978, null])("not %j", (value) =>
    expect(accepts(currency, value)).toBe(false),
  );
});

describe("time zone", () => {
  test.each(["UTC", "Europe/Zurich", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])(
    "%s",
    (value) => expect(accepts(timezone, value)).toBe(true),
  );
  test.each(["+02:00", "Mars/Phobos", "", "Europe/", "Europe/Zurich\u0000", 2, null])(
    "not %j",
    (value) => expect(accepts(timezone, value)).toBe(false),
  );
});

describe("text", () => {
  test("is trimmed and may be in any script", () => {
    expect(text(20).parse("  Zoë 日本 👩‍👩‍👧 ")).toBe("Zoë 日本 👩‍👩‍👧");
  });
  test.each(["", "   ", "\t\n", "a\u0000b", "a\nb", "a\u2028b", "\ud800", "x".repeat(21)])(
    "not %j",
    (value) => expect(accepts(text(20), value)).toBe(false),
  );
});

describe("metadata", () => {
  test("keeps what a client puts there", () => {
    const value = { order: "12", note: "two\nlines", "": undefined };
    expect(metadata.parse({ order: "12", note: "two\nlines" })).toEqual({
      order: value.order,
      note: value.note,
    });
  });
  const keys = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"]));
  test("has at most 50 keys of 40 characters, values of 500", () => {
    expect(accepts(metadata, keys(50))).toBe(true);
    expect(accepts(metadata, keys(51))).toBe(false);
    expect(accepts(metadata, { ["k".repeat(41)]: "v" })).toBe(false);
    expect(accepts(metadata, { k: "v".repeat(501) })).toBe(false);
  });
  test.each([{ k: 1 }, { k: null }, { k: {} }, { k: "\u0000" }, { "": "v" }, [], "k", null])(
    "not %j",
    (value) => expect(accepts(metadata, value)).toBe(false),
  );
  test("cannot reach a prototype", () => {
    const parsed = metadata.safeParse(JSON.parse('{"__proto__":"x"}'));
    expect(parsed.error?.issues[0]?.path).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});

describe("limits", () => {
  test("tell absent from null", () => {
    expect(limitsPatch.parse({ day: { amount: 500_000 }, week: null })).toEqual({
      day: { amount: 500_000 },
      week: null,
    });
  });
  test.each([
    { day: 5 },
    { day: {} },
    { day: { amount: -1 } },
    { day: { amount: 1.5 } },
    { day: { amount: 2 ** 53 } },
    { day: { amount: undefined } },
    { day: { amount: null } },
    { day: { amount: 1, currency: "EUR" } },
    { hour: { amount: 1 } },
    { perTransaction: { count: 1 } },
    { month: { count: 0.5 } },
    null,
  ])("not %j", (value) => expect(accepts(limitsPatch, value)).toBe(false));
});

describe("time", () => {
  test("is kept as UTC", () => {
    expect(timeInput.parse("2026-03-29T02:30:00+02:00")).toBe("2026-03-29T00:30:00.000Z");
  });
  test.each([
    "2026-02-30T00:00:00Z",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "now",
    "",
    0,
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59-01:00",
  ])("not %j", (value) => expect(accepts(timeInput, value)).toBe(false));
});
