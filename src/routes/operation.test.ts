import { describe, expect, test } from "vitest";
import { createTestEdge, noteId, readProblem } from "../../test/support/edge.ts";
import { ok } from "../domain/result.ts";
import { operation } from "./operation.ts";

describe("a success", () => {
  test("answers data and the request id", async () => {
    const { call } = await createTestEdge();
    const response = await call("/v1/notes", {
      json: { text: "hello" },
      headers: { "X-Request-Id": "mine-1" },
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("Content-Type")).toBe("application/json; charset=utf-8");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await response.json()).toEqual({
      data: { id: noteId, text: "hello", amount: null },
      meta: { requestId: "mine-1" },
    });
  });

  test("of a deletion has no body", async () => {
    const { call } = await createTestEdge();
    const response = await call(`/v1/notes/${noteId}`, { method: "DELETE" });
    expect([response.status, await response.text()]).toEqual([204, ""]);
  });

  test("that was committed before says so and is counted", async () => {
    const { call, metrics } = await createTestEdge();
    const first = await call("/v1/notes", { json: { text: "new" } });
    expect(first.headers.get("Idempotency-Replayed")).toBeNull();
    const again = await call("/v1/notes", { json: { text: "again" } });
    expect(again.status).toBe(201);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(metrics.idempotentReplays.snapshot().series).toMatchObject([{ value: 1 }]);
  });

  test("answers HEAD like GET, without the body", async () => {
    const { call } = await createTestEdge();
    const get = await call(`/v1/notes/${noteId}`);
    const head = await call(`/v1/notes/${noteId}`, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.headers.get("Content-Length")).toBe(get.headers.get("Content-Length"));
    expect(await head.text()).toBe("");
  });
});

describe("a refusal", () => {
  test("is a problem document with the code's status", async () => {
    const { call } = await createTestEdge();
    const response = await call("/v1/notes", { json: { text: "taken" } });
    expect(await readProblem(response)).toMatchObject({
      type: "/docs/errors#email_taken",
      status: 409,
      code: "email_taken",
      detail: "Taken.",
      errors: [{ detail: "Taken" }],
    });
  });

  test("of something that the query said names the parameter", async () => {
    const { call } = await createTestEdge();
    const response = await call(`/v1/notes?teamId=${noteId}`, { method: "DELETE" });
    expect((await readProblem(response)).errors).toEqual([{ parameter: "teamId", detail: "x" }]);
  });

  test("with 503 says when to come back", async () => {
    const { call } = await createTestEdge();
    const response = await call("/v1/notes", { json: { text: "busy" } });
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("1");
  });
});

describe("the body", () => {
  const refused = async (body: unknown) => {
    const { call } = await createTestEdge();
    const response = await call("/v1/notes", { json: body });
    expect(response.status).toBe(422);
    const { code, errors } = await readProblem(response);
    expect(code).toBe("validation_failed");
    return errors;
  };

  test("has its unknown fields named, however deep", async () => {
    expect(await refused({ text: "a", colour: 1, size: 2 })).toEqual([
      { pointer: "/colour", detail: "Unknown field" },
      { pointer: "/size", detail: "Unknown field" },
    ]);
    const deep = { text: "a", nested: { deep: { flag: true, "a/b~c": 1 } } };
    expect(await refused(deep)).toEqual([
      { pointer: "/nested/deep/a~1b~0c", detail: "Unknown field" },
    ]);
  });

  test("has its missing and wrong fields named", async () => {
    expect(await refused({})).toMatchObject([{ pointer: "/text" }]);
    expect(await refused({ text: 5 })).toMatchObject([{ pointer: "/text" }]);
    expect(await refused({ text: null })).toMatchObject([{ pointer: "/text" }]);
    expect(await refused({ text: "a", nested: { deep: { flag: "yes" } } })).toMatchObject([
      { pointer: "/nested/deep/flag" },
    ]);
  });

  test.each([[[]], ["text"], [5], [null], [true]])("is refused when it is %j", async (body) => {
    expect(await refused(body)).toMatchObject([{ pointer: "" }]);
  });

  test("may be absent where nothing is asked for, but not carry anything", async () => {
    const { call } = await createTestEdge();
    const path = `/v1/notes/${noteId}/pin`;
    expect((await call(path, { method: "POST" })).status).toBe(200);
    expect((await call(path, { json: {} })).status).toBe(200);
    const response = await call(path, { json: { force: true } });
    expect((await readProblem(response)).errors).toEqual([
      { pointer: "/force", detail: "Unknown field" },
    ]);
  });

  test("names at most 20 of its errors, and shortens what the client called them", async () => {
    const names = Array.from({ length: 50 }, (_, index) => `${index}-${"x".repeat(10)}`);
    expect(
      await refused(Object.fromEntries([["text", "a"], ...names.map((n) => [n, 1])])),
    ).toHaveLength(20);
    const [error] = await refused({ text: "a", ["y".repeat(500)]: 1 });
    expect(error?.pointer).toBe(`/${"y".repeat(40)}`);
  });
});

describe("a path", () => {
  test.each([
    "nope",
    "1",
    "00000000-0000-0000-0000-00000000000g",
    `${noteId}%00`,
    "%ZZ",
    "'; drop table users; --",
    "..%2f..%2fetc",
    "☃",
  ])("with the id %s reads as not found", async (id) => {
    const { call } = await createTestEdge();
    const response = await call(`/v1/notes/${id}`);
    expect(await readProblem(response)).toMatchObject({ status: 404, code: "not_found" });
  });

  test("with an id in capitals names the same resource", async () => {
    const { call } = await createTestEdge();
    const response = await call(`/v1/notes/${noteId.toUpperCase()}`);
    expect(await response.json()).toMatchObject({ data: { id: noteId } });
  });
});

describe("a query", () => {
  test.each([
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=-1", "limit"],
    ["limit=1.5", "limit"],
    ["limit=1e1", "limit"],
    ["limit=0x10", "limit"],
    ["limit=", "limit"],
    ["limit=ten", "limit"],
    ["limit=99999999999999999999", "limit"],
    ["limit=1&limit=2", "limit"],
    ["skip=-1", "skip"],
    ["skip=10001", "skip"],
    ["sort=up", "sort"],
    ["sortBy=password", "sortBy"],
    ["sortBy=createdAt;drop table users", "sortBy"],
    ["sortBy=__proto__", "sortBy"],
    ["teamId=1", "teamId"],
    ["kind=c", "kind"],
    ["colour=red", "colour"],
    ["cursor=", "cursor"],
    ["cursor=abc", "cursor"],
  ])("with %s is malformed, and the parameter is named", async (query, parameter) => {
    const { call } = await createTestEdge();
    const problem = await readProblem(await call(`/v1/notes?${query}`));
    expect(problem).toMatchObject({ status: 400, code: "malformed_request" });
    expect(problem.errors.map((error) => error.parameter)).toEqual([parameter]);
  });

  test("is refused where the operation has none", async () => {
    const { call } = await createTestEdge();
    const problem = await readProblem(await call(`/v1/notes/${noteId}?verbose=1`));
    expect(problem).toMatchObject({ status: 400, errors: [{ parameter: "verbose" }] });
  });
});

describe("a list", () => {
  const list = async (edge: Awaited<ReturnType<typeof createTestEdge>>, query = "") => {
    const response = await edge.call(`/v1/notes${query}`);
    const body = (await response.json()) as {
      data: { text: string }[];
      meta: { page: { limit: number; next: string } };
    };
    return {
      status: response.status,
      seen: JSON.parse(body.data[0]?.text ?? "{}"),
      page: body.meta?.page,
    };
  };

  test("is by default the ten newest", async () => {
    const { seen, page } = await list(await createTestEdge());
    expect(seen.page).toEqual({ sortBy: "createdAt", sort: "desc", limit: 10, skip: 0 });
    expect(page.limit).toBe(10);
  });

  test("goes on behind its cursor, in the same order and with the same filters", async () => {
    const edge = await createTestEdge();
    const first = await list(edge, "?kind=a&sort=asc&limit=3");
    const { status, seen } = await list(edge, `?kind=a&sort=asc&cursor=${first.page.next}`);
    expect(status).toBe(200);
    expect(seen.filters).toEqual({ kind: "a" });
    expect(seen.page.after).toEqual({ value: "2026-11-22T12:00:00.123456Z", id: noteId });
  });

  test.each(["?sort=desc", "?kind=b", "?kind=a&sortBy=text", "?kind=a&skip=5", ""])(
    "refuses a cursor with the other query %s",
    async (query) => {
      const edge = await createTestEdge();
      const { page } = await list(edge, "?kind=a");
      const separator = query ? "&" : "?";
      const response = await edge.call(`/v1/notes${query}${separator}cursor=${page.next}`);
      expect((await readProblem(response)).status).toBe(400);
    },
  );
});

describe("the idempotency key", () => {
  const fingerprint = async (json: unknown, key = "k") => {
    const { call } = await createTestEdge();
    const response = await call("/v1/notes", { json, headers: { "Idempotency-Key": key } });
    const body = (await response.json()) as { data: { text: string } };
    return body.data.text;
  };

  test("comes with the same fingerprint for the same request, however it is spelled", async () => {
    const one = await fingerprint({ text: "fingerprint", amount: 5 });
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(await fingerprint({ amount: 5.0, text: " fingerprint " })).toBe(one);
    expect(await fingerprint({ text: "fingerprint", amount: 6 })).not.toBe(one);
    expect(await fingerprint({ text: "fingerprint" })).not.toBe(one);
  });

  test("is absent when the client sent none", async () => {
    const { call } = await createTestEdge();
    const response = await call("/v1/notes", { json: { text: "fingerprint" } });
    expect(await response.json()).toMatchObject({ data: { text: "none" } });
  });

  test.each(["", "a b", "x".repeat(256), "schlüssel"])("%j is refused", async (key) => {
    const { call } = await createTestEdge();
    const response = await call("/v1/notes", {
      json: { text: "a" },
      headers: { "Idempotency-Key": key },
    });
    expect(await readProblem(response)).toMatchObject({
      status: 400,
      errors: [{ header: "Idempotency-Key" }],
    });
  });
});

describe("while commands are refused because too many wait", () => {
  const edge = () =>
    createTestEdge({
      services: { isFull: () => true },
      mount: (app) => {
        const spec = { tag: "t", summary: "s", scope: "public", success: { status: 204 } } as const;
        const nothing = async () => ok(undefined);
        operation(
          app,
          "post",
          "/commands",
          { id: "a", refusals: ["wallet_busy"], ...spec },
          nothing,
        );
        operation(
          app,
          "post",
          "/creations",
          { id: "b", refusals: ["overloaded"], ...spec },
          nothing,
        );
      },
    });

  test("a command is refused at once, and told when to come back", async () => {
    const { app, lines } = await edge();
    const response = await app.request("/commands", { method: "POST", body: "not even JSON" });
    expect(await readProblem(response)).toMatchObject({ status: 503, code: "overloaded" });
    expect(response.headers.get("Retry-After")).toBe("1");
    expect(JSON.parse(lines[0] ?? "{}")).toMatchObject({ status: 503, code: "overloaded" });
  });

  test("what does not go to a lane goes on", async () => {
    const { app, call } = await edge();
    expect((await app.request("/creations", { method: "POST" })).status).toBe(204);
    expect((await call("/v1/notes")).status).toBe(200);
  });
});
