import { expect, test } from "vitest";
import { differences } from "./differences.ts";

test.each([
  [{ a: 1, b: [1, { c: "x" }] }, { b: [1, { c: "x" }], a: 1 }, []],
  [{ a: 1 }, { a: 2 }, [".a"]],
  [{ a: 1 }, {}, [".a"]],
  [{}, { a: null }, [".a"]],
  [{ b: [1, 2] }, { b: [1] }, [".b[1]"]],
  [{ b: [{ c: 1 }, { c: 2 }] }, { b: [{ c: 1 }, { c: 3, d: 4 }] }, [".b[1].c", ".b[1].d"]],
  [[], {}, [""]],
  [null, {}, [""]],
  ["1", 1, [""]],
])("%j and %j differ at %j", (expected, found, paths) => {
  expect(differences(expected, found).map(({ path }) => path)).toEqual(paths);
});

test("says both values, and of long ones the beginning", () => {
  const [difference] = differences("a".repeat(1_000), undefined);
  expect(difference?.problem).toMatch(/^is absent, should be "a{99}\.\.\.$/);
});
