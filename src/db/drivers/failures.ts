import { DatabaseRejected, DatabaseUnreachable } from "../database.ts";

/** What both drivers' errors may carry; nothing of it but codes and names goes further. */
interface DriverError {
  readonly severity?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly message?: unknown;
  readonly constraint?: unknown;
  readonly constraint_name?: unknown;
  readonly sourceError?: unknown;
  readonly cause?: unknown;
}

/**
 * PostgreSQL turned the connection away before it could take a statement:
 * starting up or shutting down, full, wrong credentials, no such database.
 */
const turnedAway = /^(57P03|53300|3D000|28...)$/;

/** No connection was ever made: postgres.js's, Node's and undici's words for it. */
const neverConnected = new Set([
  "CONNECT_TIMEOUT",
  "CONNECTION_ENDED",
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * Sorts a driver's error into "PostgreSQL refused the statement" and "no answer".
 *
 * An error of severity ERROR is PostgreSQL's word that the transaction is rolled
 * back. FATAL and PANIC (57P01 administrator's shutdown, 57P02 crash, 57P05, ...)
 * and class 08 end the connection and are also what poolers and proxies make up
 * when they lose the server in the middle of a commit, so they count as no
 * answer; asking again costs one read, assuming costs money.
 */
export const failureOf = (statement: string, error: unknown): Error => {
  if (error instanceof DatabaseRejected || error instanceof DatabaseUnreachable) return error;
  const { code, severity, constraint, constraint_name } = (error ?? {}) as DriverError;
  if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && typeof severity === "string") {
    if (turnedAway.test(code)) return new DatabaseUnreachable(statement, false);
    if (severity === "ERROR" && !code.startsWith("08")) {
      const name = constraint ?? constraint_name;
      return new DatabaseRejected(statement, code, typeof name === "string" ? name : undefined);
    }
    return new DatabaseUnreachable(statement, true);
  }
  return new DatabaseUnreachable(statement, mayHaveBeenSent(error));
};

/** In doubt, yes: an HTTP 500, a cut connection, or an answer that cannot be read says nothing of the commit. */
const mayHaveBeenSent = (error: unknown): boolean => {
  for (let at = error as DriverError | undefined, depth = 0; at && depth < 5; depth++) {
    if (typeof at.code === "string" && neverConnected.has(at.code)) return false;
    if (at.syscall === "connect" || at.syscall === "getaddrinfo") return false;
    // Deno's fetch has no codes.
    if (typeof at.message === "string" && at.message.includes("client error (Connect)")) {
      return false;
    }
    at = (at.sourceError ?? at.cause) as DriverError | undefined;
  }
  return true;
};
