import type { Context } from "hono";
import type { Refusal, RefusalCode, RefusalError } from "../domain/result.ts";
import type { HonoEnv } from "./hono-env.ts";
import { jsonResponse } from "./json-response.ts";

/** What the HTTP edge itself can answer, beside the refusals of the domain. */
export const edgeCodes = [
  "malformed_request",
  "unauthenticated",
  "scope_missing",
  "method_not_allowed",
  "body_too_large",
  "unsupported_media_type",
  "rate_limited",
  "not_ready",
  "unavailable",
  "internal_error",
] as const;

export type EdgeCode = (typeof edgeCodes)[number];
export type ProblemCode = RefusalCode | EdgeCode;

export interface ProblemKind {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly title: string;
  /** Seconds after which a repetition may succeed; sent as `Retry-After`. */
  readonly retryAfter?: number;
}

/** Every code with its status: a new outcome does not compile until it stands here. */
export const problemKinds: Record<ProblemCode, ProblemKind> = {
  malformed_request: { status: 400, title: "The request is malformed" },
  unauthenticated: { status: 401, title: "The credentials are missing or not valid" },
  scope_missing: { status: 403, title: "The API key lacks the scope" },
  not_found: { status: 404, title: "There is no such resource" },
  method_not_allowed: { status: 405, title: "The resource does not have this method" },
  body_too_large: { status: 413, title: "The request body is too large" },
  unsupported_media_type: { status: 415, title: "The request body is not JSON" },
  validation_failed: { status: 422, title: "The request body is not valid" },
  idempotency_key_reused: {
    status: 422,
    title: "The idempotency key was used for another request",
  },
  email_taken: { status: 409, title: "Another user has this e-mail address" },
  team_name_taken: { status: 409, title: "Another team has this name" },
  team_member_exists: { status: 409, title: "The user is a member of the team already" },
  owner_not_found: { status: 422, title: "The owner does not exist" },
  owner_closed: { status: 409, title: "The owner is closed" },
  owner_not_empty: { status: 409, title: "The owner has wallets that hold or owe money" },
  wallet_not_empty: { status: 409, title: "The wallet holds or owes money" },
  wallet_frozen: { status: 409, title: "The wallet is frozen" },
  wallet_closed: { status: 409, title: "The wallet is closed" },
  timezone_locked: { status: 409, title: "The time zone cannot change any more" },
  card_number_taken: { status: 409, title: "Another card has this number" },
  card_terminated: { status: 409, title: "The card is terminated" },
  currency_mismatch: { status: 409, title: "The currencies differ" },
  insufficient_funds: { status: 409, title: "The wallet has too little available" },
  balance_too_large: { status: 409, title: "The balance would exceed what can be represented" },
  authorization_not_open: { status: 409, title: "The authorization is not open" },
  capture_exceeds_authorization: {
    status: 409,
    title: "The capture is more than the authorization allows",
  },
  reversal_exceeds_hold: { status: 409, title: "The reversal is more than is held" },
  refund_exceeds_capture: { status: 409, title: "The refund is more than was captured" },
  hold_not_expired: { status: 409, title: "The hold has not expired" },
  payment_declined: { status: 409, title: "A payment of the batch would be declined" },
  too_many_at_once: { status: 409, title: "The request covers too many resources at once" },
  last_api_key: { status: 409, title: "It is the organization's last usable API key" },
  rate_limited: { status: 429, title: "Too many requests", retryAfter: 1 },
  internal_error: { status: 500, title: "Something went wrong on our side" },
  wallet_busy: { status: 503, title: "The wallet is busy", retryAfter: 1 },
  overloaded: { status: 503, title: "The service is overloaded", retryAfter: 1 },
  outcome_unknown: { status: 503, title: "The outcome is not known", retryAfter: 1 },
  not_ready: { status: 503, title: "The service is not ready", retryAfter: 5 },
  unavailable: { status: 503, title: "The service is unavailable", retryAfter: 1 },
};

/** One entry of `errors`: `pointer` into the body (RFC 6901), or the name of a query `parameter` or `header`. */
export interface ProblemError extends RefusalError {
  readonly parameter?: string;
  readonly header?: string;
}

export interface ProblemOptions {
  readonly errors?: readonly ProblemError[];
  readonly headers?: Record<string, string>;
}

/** The URI reference of a code's documentation; it resolves on this server. */
export const problemType = (code: ProblemCode): string => `/docs/errors#${code}`;

/** Answers with an RFC 9457 problem document. `detail` never carries a secret or a stored value of another tenant. */
export const problem = (
  c: Context<HonoEnv>,
  code: ProblemCode,
  detail: string,
  options: ProblemOptions = {},
): Response => {
  const kind = problemKinds[code];
  c.set("problemCode", code);
  const document = {
    type: problemType(code),
    title: kind.title,
    status: kind.status,
    detail,
    code,
    requestId: c.get("requestId"),
    errors: options.errors ?? [],
  };
  return jsonResponse(c, kind.status, document, {
    "Content-Type": "application/problem+json; charset=utf-8",
    ...(kind.retryAfter === undefined ? {} : { "Retry-After": String(kind.retryAfter) }),
    ...options.headers,
  });
};

/** A refusal of the domain. Its pointers lead into the body; where there is none, the query said it. */
export const refusalProblem = (c: Context<HonoEnv>, refusal: Refusal): Response => {
  const { code, detail, errors = [] } = refusal;
  const hasBody = c.req.method !== "GET" && c.req.method !== "DELETE";
  return problem(c, code, detail, { errors: hasBody ? errors : errors.map(inQuery) });
};

const inQuery = ({ pointer, detail }: RefusalError): ProblemError =>
  pointer === undefined ? { detail } : { parameter: pointer.slice(1), detail };
