import { describe, expect, test } from "vitest";
import { type CursorBinding, openCursor, type SortKind, sealCursor } from "./cursor.ts";

const binding: CursorBinding = {
  operation: "listNotes",
  params: { id: "0192b6a0-0000-7000-8000-000000000001" },
  sortBy: "createdAt",
  sort: "desc",
  filters: { kind: "a", teamId: undefined },
};
const at = {
  value: "2026-11-22T12:00:00.123456Z",
  id: "0192b6a0-0000-7000-8000-00000000abcd",
};
const cursor = sealCursor(binding, at);

/** A cursor with its JSON changed, as a curious client would. */
const forge = (change: (content: Record<string, unknown>) => unknown): string => {
  const content = JSON.parse(Buffer.from(cursor, "base64url").toString());
  return Buffer.from(JSON.stringify(change(content))).toString("base64url");
};

test("a cursor holds the position where the page ended", () => {
  expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(openCursor(binding, "time", cursor)).toEqual(at);
});

test("filters that are absent, or in another order, are the same", () => {
  const two = { ...binding, filters: { b: "2", a: "1" } };
  const same = { ...binding, filters: { a: "1", b: "2", c: undefined } };
  expect(openCursor(same, "time", sealCursor(two, at))).toEqual(at);
  expect(openCursor({ ...binding, filters: { kind: "a" } }, "time", cursor)).toEqual(at);
});

test.each<[string, Partial<CursorBinding>]>([
  ["operation", { operation: "listOthers" }],
  ["parent", { params: { id: "0192b6a0-0000-7000-8000-000000000002" } }],
  ["field", { sortBy: "text" }],
  ["direction", { sort: "asc" }],
  ["filter", { filters: { kind: "b" } }],
  ["additional filter", { filters: { kind: "a", teamId: at.id } }],
  ["missing filter", { filters: {} }],
])("a cursor is refused with another %s", (_what, other) => {
  expect(openCursor({ ...binding, ...other }, "time", cursor)).toBeNull();
});

describe("a forged cursor is refused", () => {
  test.each<[string, string]>([
    ["that is empty", ""],
    ["that is no base64url", "a+b/c="],
    ["that is no UTF-8", Buffer.from([0xff, 0xfe]).toString("base64url")],
    ["that is no JSON", Buffer.from("hello").toString("base64url")],
    ["that is cut off", cursor.slice(0, -4)],
    ["of another version", forge((content) => ({ ...content, v: 2 }))],
    ["with more in it", forge((content) => ({ ...content, x: 1 }))],
    ["with less in it", forge(({ at: _at, ...content }) => content)],
    [
      "with an id that is none",
      forge((content) => ({ ...content, at: { ...at, id: "1' or '1" } })),
    ],
    ["with a value that is no text", forge((content) => ({ ...content, at: { ...at, value: 5 } }))],
    ["that is null", forge(() => null)],
    ["that is a list", forge(() => [])],
  ])("%s", (_what, forged) => {
    expect(openCursor(binding, "time", forged)).toBeNull();
  });
});

describe("a position has the form of its field", () => {
  const opens = (kind: SortKind, value: string) =>
    openCursor(binding, kind, sealCursor(binding, { ...at, value })) !== null;

  test.each([
    "2026-11-22T12:00:00Z",
    "2026-11-22T12:00:00.123456Z",
    "2026-11-22 12:00:00.123456+00",
    "2026-11-22T12:00:00.1+00:00",
  ])("the time %s", (value) => expect(opens("time", value)).toBe(true));

  test.each([
    "now",
    "infinity",
    "0000-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-01-01T25:00:00Z",
    "2026-01-01T00:00:00+99",
    "2026-13-01T00:00:00Z",
    "2026-11-22",
    "'; drop table users",
    "",
  ])("not the time %j", (value) => expect(opens("time", value)).toBe(false));

  test("text, but nothing that PostgreSQL cannot hold", () => {
    expect(opens("text", "Zoë & Söhne '--")).toBe(true);
    expect(opens("text", "")).toBe(true);
    expect(opens("text", "a\u0000b")).toBe(false);
    expect(opens("text", "x".repeat(1_001))).toBe(false);
  });

  test("an integer of at most 18 digits", () => {
    expect(opens("integer", "-12")).toBe(true);
    expect(opens("integer", "9007199254740991")).toBe(true);
    expect(opens("integer", "1e3")).toBe(false);
    expect(opens("integer", "9999999999999999999")).toBe(false);
  });

  test("a place in a feed: a transaction of 64 bits and six digits", () => {
    expect(opens("place", "18446744073709551000001")).toBe(true);
    expect(opens("place", "-1")).toBe(false);
    expect(opens("place", "9".repeat(26))).toBe(false);
  });
});
