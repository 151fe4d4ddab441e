import { TrieRouter } from "hono/router/trie-router";
import { expect, test } from "vitest";
import document from "../../docs/openapi.json" with { type: "json" };
import { PathRouter } from "./path-router.ts";

/** Every operation there is, behind a middleware, as Hono registers them. */
const routes = Object.entries(document.paths).flatMap(([template, item]) =>
  ["get", "post", "patch", "delete"]
    .filter((method) => method in item)
    .map((method) => ({
      method: method.toUpperCase(),
      path: template.replace(/\{(\w+)\}/g, ":$1"),
      sample: template.replace(/\{(\w+)\}/g, "an-$1"),
    })),
);

const router = new PathRouter<string>();
const trie = new TrieRouter<string>();
for (const each of [router, trie]) {
  each.add("ALL", "/*", "middleware");
  for (const { method, path } of routes) each.add(method, path, `${method} ${path}`);
}

/** What is found, with the parameters' values, however a router answers. */
const found = (by: PathRouter<string> | TrieRouter<string>, method: string, path: string) => {
  const [handlers, values] = by.match(method, path);
  return handlers.map(([handler, params]) => [
    handler,
    Object.fromEntries(
      Object.entries(params).map(([name, at]) => [name, values ? values[at as number] : at]),
    ),
  ]);
};

test.each(routes)(
  "$method $path finds what the trie finds, each time",
  ({ method, path, sample }) => {
    const expected = found(trie, method, sample);
    expect(expected.map(([handler]) => handler)).toEqual(["middleware", `${method} ${path}`]);
    expect(found(router, method, sample)).toEqual(expected);
    expect(found(router, method, sample)).toEqual(expected);
  },
);

test.each([
  ["GET", "/v1/nothing"],
  ["DELETE", "/v1/authorizations"],
  ["PUT", "/v1/authorizations/batch"],
  ["POST", "/v1/authorizations/batch/captures/again"],
  ["OPTIONS", "/v1/wallets/an-id"],
  ["GET", "/v1/wallets/"],
  ["GET", "/"],
])("%s %s finds nothing but what every request passes", (method, path) => {
  expect(found(router, method, path)).toEqual([["middleware", {}]]);
});

test("a path that also fits a pattern finds both, in their order", () => {
  const both = new PathRouter<string>();
  both.add("GET", "/things/:id", "pattern");
  both.add("GET", "/things/all", "plain");
  expect(found(both, "GET", "/things/all")).toEqual([
    ["pattern", { id: "all" }],
    ["plain", {}],
  ]);
});

test("paths with parameters are one regular expression: no route is in its way", () => {
  router.match("GET", "/v1/wallets/an-id");
  expect(router.patternRouter).toBe("RegExpRouter");
});
