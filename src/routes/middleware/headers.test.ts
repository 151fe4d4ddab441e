import { describe, expect, test } from "vitest";
import { createTestEdge, noteId, readProblem } from "../../../test/support/edge.ts";

describe("the request id", () => {
  test.each(["a", "A.b_c-9", "x".repeat(64)])("%s is the client's", async (id) => {
    const { call } = await createTestEdge();
    const response = await call("/v1/notes", { headers: { "X-Request-Id": id } });
    expect(response.headers.get("X-Request-Id")).toBe(id);
  });

  test.each(["", "x".repeat(65), "a b", 'a"b', "a/b", "{}", "ä"])("%j is replaced", async (id) => {
    const { call } = await createTestEdge();
    const response = await call("/v1/notes", { headers: { "X-Request-Id": id } });
    expect(response.headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("is on errors of every kind", async () => {
    const { app } = await createTestEdge();
    for (const path of ["/v1/notes", "/nowhere"]) {
      const response = await app.request(path, { headers: { "X-Request-Id": "mine" } });
      expect((await readProblem(response)).requestId).toBe("mine");
    }
  });
});

describe("the trace", () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const traceparentFor = async (traceparent?: string) => {
    const { call } = await createTestEdge();
    const response = await call("/v1/notes", { headers: traceparent ? { traceparent } : {} });
    return response.headers.get("traceparent") ?? "";
  };

  test("is continued with a span of its own", async () => {
    const answered = await traceparentFor(`00-${trace}-00f067aa0ba902b7-01`);
    expect(answered).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    expect(answered).not.toContain("00f067aa0ba902b7");
    expect(await traceparentFor(`cc-${trace}-00f067aa0ba902b7-00-more`)).toContain(trace);
  });

  test.each([
    undefined,
    "nonsense",
    `00-${trace}-00f067aa0ba902b7`,
    `00-${trace}-00f067aa0ba902b7-01-more`,
    `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
    `ff-${trace}-00f067aa0ba902b7-01`,
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-${"0".repeat(16)}-01`,
  ])("is begun anew for %s", async (traceparent) => {
    const answered = await traceparentFor(traceparent);
    expect(answered).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(answered).not.toContain(trace);
  });
});

describe("security headers", () => {
  test("are on data and on errors", async () => {
    const { call } = await createTestEdge();
    for (const path of ["/v1/notes", "/nowhere"]) {
      const { headers } = await call(path);
      expect(headers.get("Strict-Transport-Security")).toBe("max-age=63072000; includeSubDomains");
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("X-Frame-Options")).toBe("DENY");
      expect(headers.get("Referrer-Policy")).toBe("no-referrer");
      expect(headers.get("Content-Security-Policy")).toBe(
        "default-src 'none'; frame-ancestors 'none'",
      );
      expect(headers.get("X-Powered-By")).toBeNull();
    }
  });
});

describe("calls from browsers", () => {
  const preflight = (origin: string) => ({
    method: "OPTIONS",
    headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
  });

  test("are not allowed by default", async () => {
    const { app, call } = await createTestEdge();
    const response = await call("/v1/notes", { headers: { Origin: "https://a.example" } });
    expect(response.headers.get("Access-Control-Allow-Origin")).toBeNull();
    const asked = await app.request("/v1/notes", preflight("https://a.example"));
    expect(asked.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  test("are allowed from configured origins, which then see our headers", async () => {
    const { app, call } = await createTestEdge({ config: { corsOrigins: ["https://a.example"] } });
    const asked = await app.request("/v1/notes", preflight("https://a.example"));
    expect(asked.status).toBe(204);
    expect(asked.headers.get("Access-Control-Allow-Origin")).toBe("https://a.example");
    for (const name of ["Idempotency-Key", "Purser-Consistency-Token"]) {
      expect(asked.headers.get("Access-Control-Allow-Headers")).toContain(name);
    }
    const response = await call("/v1/notes", { headers: { Origin: "https://a.example" } });
    const exposed = response.headers.get("Access-Control-Expose-Headers") ?? "";
    for (const name of [
      "X-Request-Id",
      "RateLimit",
      "Retry-After",
      "Idempotency-Replayed",
      "Purser-Consistency-Token",
    ]) {
      expect(exposed.split(",")).toContain(name);
    }
    const other = await app.request("/v1/notes", preflight("https://b.example"));
    expect(other.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  test("can read errors, too", async () => {
    const { app } = await createTestEdge({ config: { corsOrigins: ["https://a.example"] } });
    const response = await app.request("/v1/notes", { headers: { Origin: "https://a.example" } });
    expect(response.status).toBe(401);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://a.example");
  });
});

describe("a path", () => {
  test.each(["/", "/v1", "/v1/", "/v1/nothing", "/v1/notes/", "/.env", "/v1/notes/a/b/c"])(
    "%s that leads nowhere is not found",
    async (path) => {
      const { app } = await createTestEdge();
      expect(await readProblem(await app.request(path))).toMatchObject({ code: "not_found" });
    },
  );

  test.each([
    ["PUT", "/v1/notes", "DELETE, GET, HEAD, OPTIONS, POST"],
    ["PATCH", "/v1/notes", "DELETE, GET, HEAD, OPTIONS, POST"],
    ["POST", `/v1/notes/${noteId}`, "DELETE, GET, HEAD, OPTIONS"],
    ["GET", "/v1/all-notes", "OPTIONS, POST"],
    ["HEAD", "/v1/all-notes", "OPTIONS, POST"],
  ])("that does not have %s %s says what it has", async (method, path, allow) => {
    const { app } = await createTestEdge();
    const response = await app.request(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("Allow")).toBe(allow);
  });

  test("tells its methods to OPTIONS", async () => {
    const { app } = await createTestEdge();
    const response = await app.request("/v1/notes", { method: "OPTIONS" });
    expect([response.status, response.headers.get("Allow")]).toEqual([
      204,
      "DELETE, GET, HEAD, OPTIONS, POST",
    ]);
  });
});
