import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonFault } from "./json-fault.ts";

test.each([
  "",
  "{",
  "{'a':1}",
  '{"a":1,}',
  "NaN",
  '{"a":01}',
  '{"a":1}x',
  "undefined",
  '"\n"',
  '{"a":+1}',
])("%j is not JSON", (text) => {
  expect(jsonFault(text)).toBe("is not valid JSON");
});

test.each([
  '{"a":1,"a":2}',
  '{"a":{"b":1,"c":2,"b":3}}',
  '[{"x":1},{"y":[],"y":1}]',
  '{"a":1,"\\u0061":2}',
  '{ "a" : "x" , "a" : "y" }',
])("%j names a member twice", (text) => {
  expect(jsonFault(text)).toBe("has an object that names a member twice");
});

test.each([
  '{"a":{"a":1},"b":{"a":1}}',
  '[{"a":1},{"a":1}]',
  '{"a":"\\"a\\":1,{[","b":["a","a"]}',
  '{"a":"\\\\","b":"}"}',
  "{}",
  "1",
  '"a"',
])("%j is fine", (text) => {
  expect(jsonFault(text)).toBeNull();
});

test("nesting is bounded", () => {
  const nest = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  expect(jsonFault(nest(32))).toBeNull();
  expect(jsonFault(nest(33))).toBe("is nested deeper than 32 levels");
  expect(jsonFault(nest(400_000))).not.toBeNull();
});

test("whatever JSON.stringify writes is fine, unless it is too deep", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      expect(jsonFault(JSON.stringify(value, null, 1))).toBeNull();
    }),
  );
});
