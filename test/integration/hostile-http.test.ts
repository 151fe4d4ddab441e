import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../scripts/openapi/document.ts";
import { bodySchema } from "../../scripts/openapi/example-body.ts";
import { type Operation, operations, resolve } from "../support/operations.ts";
import { fill, newTenant } from "../support/tenant.ts";
import { type Answer, wholeApp } from "../support/whole-app.ts";

const { send, adminToken } = await wholeApp();
const { key, ids } = await newTenant(send, adminToken);

/** Nothing that a client sends is our failure; what is refused is a problem document. */
const isAnswered = (answer: Answer, sent: unknown): void => {
  const label = `${JSON.stringify(sent)?.slice(0, 200)} -> ${JSON.stringify(answer.body)}`;
  expect(answer.status, label).toBeLessThan(500);
  if (answer.status < 400) return;
  expect(answer.headers.get("Content-Type"), label).toContain("application/problem+json");
  expect(answer.body?.code, label).toBeTypeOf("string");
};

/** What is deleted for good is tried on ids that nobody has. */
const urlOf = ({ id, path }: Operation): string => {
  const destroys = /^(delete|terminate|revoke)/.test(id);
  const nobody = Object.fromEntries(Object.keys(ids).map((name) => [name, crypto.randomUUID()]));
  return fill(path, destroys ? nobody : ids);
};

const tokenOf = ({ isAdmin }: Operation): string => (isAdmin ? adminToken : key);

const withPathId = operations.filter(({ pathIds }) => pathIds.length > 0);
const withBody = operations.filter(({ body }) => body !== undefined);
const withQuery = operations.filter(({ query, method }) => query.length > 0 && method === "GET");
const writing = operations.filter(({ method }) => method === "POST" || method === "PATCH");

const badIds = [
  "1",
  "null",
  "%00",
  "%ff",
  "%ZZ",
  "..%2f..%2fetc%2fpasswd",
  "%27%20or%201=1--",
  "x".repeat(3_000),
  "00000000-0000-0000-0000-000000000000",
];

test.each(withPathId)("$id: an id that is none is not found", async (operation) => {
  for (const bad of badIds) {
    const url = operation.path.replace(/\{\{\w+\}\}/g, bad);
    const answer = await send(tokenOf(operation), operation.method, url, fill(operation.body, ids));
    isAnswered(answer, bad);
    expect(answer.status, bad).toBe(404);
  }
});

const badValues = [
  "",
  "-1",
  "1e3",
  "%00",
  "%ff",
  "a%27%3Bdrop%20table%20users",
  "null",
  "x".repeat(5_000),
];

const isText = ({ type, format, enum: listed }: JsonObject): boolean =>
  type === "string" && format === undefined && listed === undefined;

describe("a query value that is none is malformed, and named", () => {
  const cases = withQuery.flatMap((one) =>
    one.query.map(({ name, schema }) => ({
      ...one,
      parameter: String(name),
      isText: name !== "cursor" && isText(schema as JsonObject),
    })),
  );
  test.each(cases)("$id $parameter", async (operation) => {
    for (const bad of [...badValues, `1&${operation.parameter}=2`]) {
      const url = `${urlOf(operation)}?${operation.parameter}=${bad}`;
      const answer = await send(tokenOf(operation), "GET", url);
      isAnswered(answer, bad);
      // Whatever is one line of text may be looked for.
      if (operation.isText && answer.status === 200) continue;
      expect(answer.status, bad.slice(0, 50)).toBe(400);
      const { errors } = answer.body as { errors?: { parameter?: string }[] };
      expect(
        errors?.map(({ parameter }) => parameter),
        bad.slice(0, 50),
      ).toEqual([operation.parameter]);
    }
  });
});

const brokenBodies = [
  "{",
  "",
  "[]",
  '"text"',
  "null",
  "1e999",
  '{"a":1,"a":2}',
  "[".repeat(50_000),
  "\u0000",
  `{"${"k".repeat(10_000)}":1}`,
];

test.each(writing)("$id: a body that is broken is refused", async (operation) => {
  for (const broken of brokenBodies) {
    const url = urlOf(operation);
    const answer = await send(tokenOf(operation), operation.method, url, broken);
    isAnswered(answer, broken);
    if (broken !== "") expect([400, 404, 422], broken).toContain(answer.status);
  }
});

const badMembers: readonly Json[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 53,
  1e308,
  "",
  " ",
  "a\u0000b",
  "x".repeat(20_000),
  "'; drop table users; --",
  "𝒳".repeat(50),
  "9".repeat(30),
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59-12:00",
  "00000000-0000-7000-8000-000000000000",
  [],
  [[]],
  {},
  { a: { b: {} } },
];

/** The pointers of all members that a body may have, however deep. */
const members = (documented: JsonObject, at: readonly string[] = []): (readonly string[])[] => {
  const schema = resolve(documented);
  const alternatives = ((schema["anyOf"] ?? []) as JsonObject[]).flatMap((one) => members(one, at));
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, JsonObject>);
  return [
    ...alternatives,
    ...properties.flatMap(([name, one]) => [[...at, name], ...members(one, [...at, name])]),
  ];
};

const withMember = (body: Json, [name = "", ...rest]: readonly string[], value: Json): Json => {
  const object = typeof body === "object" && body !== null ? (body as JsonObject) : {};
  return {
    ...object,
    [name]: rest.length === 0 ? value : withMember(object[name] ?? {}, rest, value),
  };
};

test.each(withBody)("$id: whatever a member is, the answer is ours to give", async (operation) => {
  const schema = bodySchema(operation.documented) ?? {};
  for (const member of members(schema)) {
    for (const value of badMembers) {
      const body = withMember(fill(operation.body ?? {}, ids), member, value);
      const answer = await send(tokenOf(operation), operation.method, urlOf(operation), body);
      isAnswered(answer, body);
      if (answer.body?.code === "validation_failed") {
        expect((answer.body as { errors?: unknown[] }).errors, JSON.stringify(body)).not.toEqual(
          [],
        );
      }
    }
  }
});
