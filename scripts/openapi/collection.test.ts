import { expect, test } from "vitest";
import openapi from "../../docs/openapi.json" with { type: "json" };
import { apiCollection } from "./collection.ts";
import type { OpenApi } from "./document.ts";

interface Request {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly url: { readonly raw: string };
    readonly body?: { readonly raw: string };
  };
}

interface BodySchema {
  readonly properties: Record<string, { readonly enum?: readonly unknown[] }>;
  readonly required?: readonly string[];
}

const document = openapi as unknown as OpenApi;
const collection = apiCollection(document) as unknown as {
  readonly variable: readonly { readonly key: string }[];
  readonly item: readonly { readonly item: readonly Request[] }[];
};
const requests = collection.item.flatMap(({ item }) => item);

const schemaOf = (summary: string): BodySchema => {
  const operation = Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .find((one) => one.summary === summary);
  const requestBody = operation?.["requestBody"] as unknown as
    | { readonly content: Record<string, { readonly schema: BodySchema }> }
    | undefined;
  const schema = requestBody?.content["application/json"]?.schema;
  if (!schema) throw new Error(`${summary} has no body`);
  return schema;
};

test("every operation is one request", () => {
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  expect(operations.length).toBeGreaterThan(20);
  expect(requests.map(({ name }) => name).sort()).toEqual(
    operations.map(({ summary }) => summary).sort(),
  );
});

test("every example body has the required members, no unknown ones, and listed values only", () => {
  const bodies = requests.flatMap(({ name, request }) => {
    const raw = request.body?.raw;
    return raw === undefined ? [] : [{ name, example: JSON.parse(raw) as Record<string, unknown> }];
  });
  expect(bodies.length).toBeGreaterThan(8);
  for (const { name, example } of bodies) {
    const { properties, required = [] } = schemaOf(name);
    expect(Object.keys(properties), name).toEqual(expect.arrayContaining(Object.keys(example)));
    expect(Object.keys(example), name).toEqual(expect.arrayContaining([...required]));
    for (const [member, value] of Object.entries(example)) {
      const allowed = properties[member]?.enum;
      if (allowed) expect(allowed, name).toContain(value);
    }
  }
});

test("every variable of a URL is declared, and none of its places is left open", () => {
  const declared = new Set(collection.variable.map(({ key }) => key));
  for (const { request } of requests) {
    const { raw } = request.url;
    for (const [, name = ""] of raw.matchAll(/\{\{(\w+)\}\}/g)) expect(declared).toContain(name);
    expect(raw.replace(/\{\{\w+\}\}/g, "")).not.toMatch(/[{}]/);
  }
});
