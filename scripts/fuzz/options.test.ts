import { expect, test } from "vitest";
import { fuzzOptions } from "./options.ts";

const anySeed = () => 7;
const of = (...args: readonly string[]) => fuzzOptions(args, {}, anySeed);

test("without options it is the whole fuzz on Node, with a new seed", () => {
  expect(of()).toEqual({
    runtime: "node",
    requests: 50_000,
    raw: 1_000,
    seed: 7,
    path: undefined,
    given: undefined,
  });
});

test("a failure is named by its seed and path", () => {
  expect(of("--seed", "12", "--path", "3:1:0")).toMatchObject({ seed: 12, path: "3:1:0" });
});

test("a server that runs is named by its URL, with what it takes to make an organization", () => {
  const env = { ADMIN_TOKEN: "t", DATABASE_URL: "postgres://a" };
  expect(fuzzOptions(["--url", "http://127.0.0.1:8787"], env, anySeed)).toMatchObject({
    given: { url: "http://127.0.0.1:8787", adminToken: "t", databaseUrl: "postgres://a" },
  });
});

test.each([
  [["--runtime", "bun"], /--runtime wants one of/],
  [["--requests", "many"], /want whole numbers/],
  [["--raw", "-1"], /./],
  [["--seed", "1e3"], /want whole numbers/],
  [["--seed", "2147483648"], /--seed wants at most/],
  [["--path", "1:2"], /wants the failure's --seed/],
  [["--url", "ftp://a"], /--url wants a URL/],
  [["--url", "http://127.0.0.1:8787"], /wants ADMIN_TOKEN and DATABASE_URL/],
  [["--surprise"], /surprise/],
] as const)("%j is said to be wrong", (args, words) => {
  expect(of(...args)).toMatch(words);
});
