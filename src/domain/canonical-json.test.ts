import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

test("two requests that mean the same have the same text", () => {
  const text = '{"a":[1,{"c":null,"d":"x"}],"b":true}';
  expect(canonicalJson({ b: true, a: [1, { d: "x", c: null }], z: undefined })).toBe(text);
  expect(canonicalJson({ a: [1, { c: null, d: "x" }], b: true })).toBe(text);
  expect(canonicalJson({ z: 1, y: 2, x: 3 })).toBe('{"x":3,"y":2,"z":1}');
  expect(canonicalJson(12n)).toBe("12");
  expect(canonicalJson(null)).toBe("null");
  expect(canonicalJson(undefined)).toBe("null");
  expect(canonicalJson([])).toBe("[]");
  expect(canonicalJson({})).toBe("{}");
  expect(canonicalJson([undefined, "a", 1])).toBe('[null,"a",1]');
});
