import { HTTPException } from "hono/http-exception";
import { expect, test } from "vitest";
import { createTestEdge, readProblem } from "../../../test/support/edge.ts";
import { DatabaseRejected, DatabaseUnreachable } from "../../db/database.ts";
import { ok } from "../../domain/result.ts";
import { secondStep } from "../../domain/second-step.ts";
import { operation } from "../operation.ts";

const secret = "4111111111111111";

/** An edge whose operations at /fails throw `error` from their verb. */
const failing = (error: Error) =>
  createTestEdge({
    mount: (app) => {
      const spec = { tag: "t", summary: "s", scope: "public", success: { status: 204 } } as const;
      const fail = async () => {
        if (error) throw error;
        return ok(undefined);
      };
      operation(app, "get", "/fails", { id: "read", ...spec }, fail);
      operation(app, "post", "/fails", { id: "write", ...spec }, fail);
    },
  });

const answer = async (error: Error, method = "GET") => {
  const { app, lines } = await failing(error);
  const response = await app.request("/fails", { method });
  const text = await response.clone().text();
  expect(text + lines.join()).not.toContain(secret);
  const problem = await readProblem(response);
  return { problem, response, line: JSON.parse(lines[0] ?? "{}") };
};

test("an unknown error says nothing about itself, but its class and place are logged", async () => {
  class Surprise extends RangeError {
    override readonly name = "Surprise";
  }
  const { problem, line } = await answer(new Surprise(`insert into cards values (${secret})`));
  expect(problem).toMatchObject({ status: 500, code: "internal_error", errors: [] });
  expect(problem.detail).not.toContain("insert");
  expect(line).toMatchObject({
    level: "error",
    status: 500,
    code: "internal_error",
    error: "Surprise",
  });
  expect(line.at).toContain("failure.test.ts");
});

test("a multi-line message does not reach the log through the stack", async () => {
  const error = new Error(`first\n    at ${secret} (${secret})`);
  await answer(error);
});

test("a rejected statement is an internal error with its SQLSTATE in the log", async () => {
  const { problem, line } = await answer(
    new DatabaseRejected("insertCard", "23514", "cards_check"),
  );
  expect(problem).toMatchObject({ status: 500, code: "internal_error" });
  expect(line).toMatchObject({ error: "DatabaseRejected", sqlState: "23514" });
});

test.each(["53300", "57P01", "57014", "55P03"])(
  "the passing SQLSTATE %s asks to come back",
  async (sqlState) => {
    const { problem, response } = await answer(new DatabaseRejected("read", sqlState), "POST");
    expect(problem).toMatchObject({ status: 503, code: "unavailable" });
    expect(response.headers.get("Retry-After")).toBe("1");
  },
);

test("an unreachable database is unavailable to reads", async () => {
  const { problem } = await answer(new DatabaseUnreachable("read", true, new Error(secret)));
  expect(problem).toMatchObject({ status: 503, code: "unavailable" });
});

test("a write that may have reached the database has an unknown outcome", async () => {
  const { problem } = await answer(new DatabaseUnreachable("write", true), "POST");
  expect(problem).toMatchObject({ status: 503, code: "outcome_unknown" });
});

test("a write that certainly did not reach the database is unavailable", async () => {
  const { problem } = await answer(new DatabaseUnreachable("write", false), "POST");
  expect(problem).toMatchObject({ status: 503, code: "unavailable" });
});

test("a service that does not answer is as a database that does not", async () => {
  const gone = Object.assign(new Error(secret), { name: "ServiceUnreachable", sent: true });
  expect((await answer(gone)).problem).toMatchObject({ status: 503, code: "unavailable" });
  expect((await answer(gone, "POST")).problem).toMatchObject({
    status: 503,
    code: "outcome_unknown",
  });
});

test("a key that cannot be looked up leaves no doubt about the write behind it", async () => {
  const authenticate = () => Promise.reject(new DatabaseUnreachable("findApiKey", true));
  const { call } = await createTestEdge({
    services: { directory: { authenticate, touchApiKeys: async () => undefined } },
  });
  const problem = await readProblem(await call("/v1/notes", { json: { text: "a" } }));
  expect(problem).toMatchObject({ status: 503, code: "unavailable" });
});

test.each([
  [400, "malformed_request"],
  [404, "not_found"],
  [413, "body_too_large"],
  [418, "internal_error"],
  [500, "internal_error"],
] as const)("Hono's own %i is a problem document", async (status, code) => {
  const { problem } = await answer(new HTTPException(status, { message: secret }));
  expect(problem.code).toBe(code);
});

test("what fails after a first step took effect is not said to have changed nothing", async () => {
  const unsent = new DatabaseUnreachable("s", false);
  const full = new DatabaseRejected("s", "53100");
  for (const error of [unsent, full]) {
    const thrown = await secondStep(() => Promise.reject(error)).catch((one: Error) => one);
    const { problem } = await answer(thrown as Error, "POST");
    expect(problem).toMatchObject({ status: 503, code: "outcome_unknown" });
  }
});
