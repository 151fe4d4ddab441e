import { expect, test } from "vitest";
import { DatabaseRejected, DatabaseUnreachable } from "../database.ts";
import { failureOf } from "./failures.ts";

const fromPostgres = (code: string, severity = "ERROR", more: object = {}): Error =>
  Object.assign(new Error("a message with a parameter: 4111111111111111"), {
    code,
    severity,
    ...more,
  });

test.each([
  ["23505", "a violated constraint"],
  ["40001", "a serialization failure"],
  ["40P01", "a deadlock"],
  ["57014", "a cancelled statement"],
  ["55P03", "a lock that was not free"],
])("%s, %s, certainly changed nothing", (code) => {
  expect(failureOf("s", fromPostgres(code))).toMatchObject({
    name: "DatabaseRejected",
    sqlState: code,
  });
});

test.each([
  ["57P01", "FATAL", "an administrator's shutdown"],
  ["57P02", "FATAL", "a crash"],
  ["57P05", "FATAL", "an idle session's end"],
  ["XX000", "PANIC", "a panic"],
  ["08006", "ERROR", "a connection failure that a proxy tells of"],
  ["08P01", "FATAL", "a pooler that lost its server"],
])("%s %s, %s, leaves the fate unknown", (code, severity) => {
  expect(failureOf("s", fromPostgres(code, severity))).toMatchObject({
    name: "DatabaseUnreachable",
    sent: true,
  });
});

test.each([["57P03"], ["53300"], ["28P01"], ["3D000"]])(
  "%s turns the connection away before any statement",
  (code) => {
    expect(failureOf("s", fromPostgres(code, "FATAL"))).toMatchObject({
      name: "DatabaseUnreachable",
      sent: false,
    });
  },
);

test.each([
  ["a refused connection", Object.assign(new Error("x"), { code: "ECONNREFUSED" }), false],
  ["the same under fetch", new TypeError("x", { cause: { code: "ECONNREFUSED" } }), false],
  [
    "and under Neon's driver",
    Object.assign(new Error("x"), {
      sourceError: new TypeError("x", { cause: { code: "ENOTFOUND" } }),
    }),
    false,
  ],
  [
    "a time-out of connect(2)",
    Object.assign(new Error("x"), { code: "ETIMEDOUT", syscall: "connect" }),
    false,
  ],
  [
    "a time-out of read(2)",
    Object.assign(new Error("x"), { code: "ETIMEDOUT", syscall: "read" }),
    true,
  ],
  [
    "Deno's refused connection",
    new TypeError("error sending request: client error (Connect): refused"),
    false,
  ],
  [
    "a reset connection",
    Object.assign(new Error("x"), { code: "ECONNRESET", syscall: "read" }),
    true,
  ],
  ["a closed connection", Object.assign(new Error("x"), { code: "CONNECTION_CLOSED" }), true],
  [
    "a proxy's refusal without PostgreSQL's code",
    Object.assign(new Error("response is too large"), { code: undefined }),
    true,
  ],
  ["nothing at all", undefined, true],
])("%s", (_what, error, sent) => {
  expect(failureOf("s", error)).toMatchObject({ name: "DatabaseUnreachable", sent });
});

test("nothing of the driver's message goes further, and what is sorted stays", () => {
  const error = failureOf("s", fromPostgres("23514", "ERROR", { constraint_name: "positive" }));
  expect(error).toMatchObject({ constraint: "positive" });
  expect(error.cause).toBeUndefined();
  expect(`${error.message}${error.stack}`).not.toContain("4111111111111111");
  const known = new DatabaseUnreachable("s", false);
  expect(failureOf("s", known)).toBe(known);
  const rejected = new DatabaseRejected("s", "23505");
  expect(failureOf("s", rejected)).toBe(rejected);
});
