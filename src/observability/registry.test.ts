import { expect, test } from "vitest";
import { counter, histogram } from "./registry.ts";

const now = () => 1_000;

test("values outside a label's list fold into `other`", () => {
  const family = counter({ name: "c", help: "C.", labels: { method: ["GET"] } }, now);
  family.inc({ method: "GET" });
  family.inc({ method: "BREW" });
  family.inc({ method: "PROPFIND" });
  expect(family.snapshot().series).toMatchObject([
    { labels: [["method", "GET"]], value: 1 },
    { labels: [["method", "other"]], value: 2 },
  ]);
});

test("a label has at most so many values; known ones go on counting", () => {
  const family = counter({ name: "c", help: "C.", labels: { route: 2 } }, now);
  for (const route of ["a", "b", "c", "d", "a"]) family.inc({ route });
  expect(family.snapshot().series).toMatchObject([
    { labels: [["route", "a"]], value: 2 },
    { labels: [["route", "b"]], value: 1 },
    { labels: [["route", "other"]], value: 2 },
  ]);
});

test("a counter only goes up", () => {
  const family = counter({ name: "c", help: "C.", labels: {} }, now);
  expect(() => family.inc({}, -1)).toThrow(RangeError);
  expect(() => family.inc({}, Number.NaN)).toThrow(RangeError);
});

test("a value on a bound belongs to that bound's bucket", () => {
  const family = histogram({ name: "h", help: "H.", labels: {}, bounds: [1, 2] }, now);
  for (const value of [0, 1, 1.5, 2, 2.1]) family.observe({}, value);
  expect(family.snapshot().series).toMatchObject([{ counts: [2, 2, 1], sum: 6.6 }]);
});

test("an exemplar that is too long is left out, and the value counts all the same", () => {
  const family = counter({ name: "c", help: "C.", labels: {} }, now);
  family.inc({}, 1, { id: "x".repeat(126) });
  family.inc({}, 1, { id: "x".repeat(127) });
  expect(family.snapshot().series).toMatchObject([
    { value: 2, exemplar: { labels: [["id", "x".repeat(126)]] } },
  ]);
});

test("a snapshot does not change afterwards", () => {
  const family = histogram({ name: "h", help: "H.", labels: {}, bounds: [1] }, now);
  family.observe({}, 1);
  const before = family.snapshot();
  family.observe({}, 1);
  expect(before.series).toMatchObject([{ counts: [1, 0] }]);
});
