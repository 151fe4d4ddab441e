import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Failure } from "../../observability/answered-request.ts";
import type { HonoEnv } from "../hono-env.ts";
import { type ProblemCode, problem } from "../problem.ts";

/**
 * What a thrown error becomes. It says nothing of the error itself: messages of drivers
 * and libraries contain statement parameters. Errors of the database port are known by
 * their names, since routes do not import it.
 */
export const onFailure = (error: Error, c: Context<HonoEnv>): Response => {
  if (error instanceof HTTPException) return httpProblem(error, c);
  c.set("failure", describe(error));
  const code = codeOf(error, c.get("mayHaveChanged") === true);
  return problem(c, code, details[code]);
};

type FailureCode = "internal_error" | "unavailable" | "outcome_unknown";

const details: Record<FailureCode, string> = {
  internal_error: "Something went wrong on our side. Tell us the request id.",
  unavailable: "The database cannot be reached just now. Nothing has changed.",
  outcome_unknown:
    "It is not known whether this took effect. Repeat it with the same idempotency key.",
};

const codeOf = (error: Error, mayHaveChanged: boolean): FailureCode => {
  if (unreachable.has(error.name)) {
    return mayHaveChanged && readField(error, "sent") !== false ? "outcome_unknown" : "unavailable";
  }
  const sqlState = readField(error, "sqlState");
  if (typeof sqlState !== "string" || !isPassing(sqlState)) return "internal_error";
  // Refused, but not alone: what was sent before it stays.
  return readField(error, "sent") === true ? "outcome_unknown" : "unavailable";
};

/** A database, or a service that this one is split into, from which no answer came. */
const unreachable = new Set(["DatabaseUnreachable", "ServiceUnreachable"]);

/** Too many connections or resources (53), shutting down (57P), cancelled by a deadline (57014), lock timeout (55P03). */
const isPassing = (sqlState: string): boolean => /^(53|57P|57014|55P03)/.test(sqlState);

/** The class, the SQLSTATE and the first place of the stack: enough to find the bug, and no data. */
const describe = (error: Error): Failure => {
  const sqlState = readField(error, "sqlState");
  return {
    error: error.name,
    at: firstPlace(error),
    sqlState: typeof sqlState === "string" ? sqlState : undefined,
  };
};

/** The stack begins with the message, which may itself look like a stack: what follows it is ours. */
const firstPlace = ({ stack, message }: Error): string | undefined => {
  const start = stack?.indexOf(message) ?? -1;
  if (stack === undefined || start < 0) return undefined;
  return /^\s+at (.+:\d+:\d+\)?)$/m.exec(stack.slice(start + message.length))?.[1];
};

const readField = (error: Error, name: string): unknown =>
  (error as unknown as Record<string, unknown>)[name];

const httpProblem = (error: HTTPException, c: Context<HonoEnv>): Response => {
  const codes: Partial<Record<number, ProblemCode>> = {
    400: "malformed_request",
    401: "unauthenticated",
    404: "not_found",
    413: "body_too_large",
    415: "unsupported_media_type",
  };
  const code = codes[error.status];
  if (code) return problem(c, code, "The request cannot be understood.");
  c.set("failure", describe(error));
  return problem(c, "internal_error", details.internal_error);
};
