import { expect, test } from "vitest";
import openapi from "../../docs/openapi.json" with { type: "json" };
import { referenceAssets } from "../../src/routes/docs/page.ts";
import { appToDocument } from "./document.ts";

/** Pages for people, which are no operations. */
const pages = ["/openapi.json", "/docs", "/docs/errors", "/docs/start.js"];

test("the app has the operations of the document, pages for people, and nothing else", () => {
  const served = appToDocument("1")
    .routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  const documented = Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const others = [...pages, ...referenceAssets.map((name) => `/docs/${name}`)];
  const expected = [...documented, ...others.map((path) => `GET ${path}`)];
  expect([...new Set(served)].sort()).toEqual(expected.sort());
});
