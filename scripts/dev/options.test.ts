import { expect, test } from "vitest";
import { devOptions } from "./options.ts";

test("without arguments: Workers on 8787, kept data, dummy data", () => {
  expect(devOptions([])).toEqual({
    port: 8787,
    runtime: "workers",
    services: false,
    fresh: false,
    seed: true,
  });
});

test("takes every option", () => {
  const args = ["--port", "9000", "--runtime=node", "--fresh", "--no-seed"];
  expect(devOptions(args)).toEqual({
    port: 9000,
    runtime: "node",
    services: false,
    fresh: true,
    seed: false,
  });
  expect(devOptions(["--services"])).toMatchObject({ runtime: "workers", services: true });
});

test("only Workers can be split into services", () => {
  expect(devOptions(["--services", "--runtime=node"])).toBeTypeOf("string");
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
