import { expect, test } from "vitest";
import openapi from "../../docs/openapi.json" with { type: "json" };
import { apiCollection } from "./collection.ts";
import type { OpenApi } from "./document.ts";

interface Request {
  readonly name: string;
  readonly request: { readonly method: string; readonly url: { readonly raw: string } };
}

const document = openapi as unknown as OpenApi;
const collection = apiCollection(document) as unknown as {
  readonly variable: readonly { readonly key: string }[];
  readonly item: readonly { readonly item: readonly Request[] }[];
};
const requests = collection.item.flatMap(({ item }) => item);

test("every operation is one request", () => {
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  expect(operations.length).toBeGreaterThan(20);
  expect(requests.map(({ name }) => name).sort()).toEqual(
    operations.map(({ summary }) => summary).sort(),
  );
});

test("every variable of a URL is declared, and none of its places is left open", () => {
  const declared = new Set(collection.variable.map(({ key }) => key));
  for (const { request } of requests) {
    const { raw } = request.url;
    for (const [, name = ""] of raw.matchAll(/\{\{(\w+)\}\}/g)) expect(declared).toContain(name);
    expect(raw.replace(/\{\{\w+\}\}/g, "")).not.toMatch(/[{}]/);
  }
});
