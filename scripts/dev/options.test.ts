import { expect, test } from "vitest";
import { devOptions } from "./options.ts";

test("without arguments: Workers on 8787, kept data, dummy data", () => {
  expect(devOptions([])).toEqual({ port: 8787, runtime: "workers", fresh: false, seed: true });
});

test("takes every option", () => {
  const args = ["--port", "9000", "--runtime=node", "--fresh", "--no-seed"];
  expect(devOptions(args)).toEqual({ port: 9000, runtime: "node", fresh: true, seed: false });
});

test.each([
  ["--port=0"],
  ["--port=x"],
  ["--port=65536"],
  ["--runtime=bun"],
  ["--frseh"],
  ["extra"],
])("says what is wrong with %s", (argument) => {
  expect(devOptions([argument])).toBeTypeOf("string");
});
