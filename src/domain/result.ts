import type { Freshness } from "./freshness.ts";

/**
 * Expected outcomes are values: a verb returns a `Result`, and throws only for
 * bugs and outages. Results cross service boundaries, so they are plain data.
 */
export type Result<T> = Success<T> | Refused;

export interface Success<T> {
  readonly ok: true;
  readonly value: T;
  /** The outcome was committed by an earlier request with the same idempotency key. */
  readonly replayed?: true;
  /** Who sees this much sees what was written; absent where nothing was that lists show. */
  readonly written?: Freshness;
}

export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
}

/** Why nothing changed. */
export interface Refusal {
  readonly code: RefusalCode;
  /** One sentence for a person. Never carries a card number, key or stored value of another tenant. */
  readonly detail: string;
  /** What exactly stands in the way, each with a JSON pointer into the request body where there is one. */
  readonly errors?: readonly RefusalError[];
}

export interface RefusalError {
  readonly pointer?: string;
  readonly detail: string;
}

/**
 * The closed list of refusals. `routes/problem.ts` gives each one an HTTP status
 * and does not compile while one is missing.
 */
export const refusalCodes = [
  "not_found",
  "validation_failed",
  "idempotency_key_reused",
  "email_taken",
  "team_name_taken",
  "team_member_exists",
  "owner_not_found",
  "owner_closed",
  "owner_not_empty",
  "wallet_not_empty",
  "wallet_frozen",
  "wallet_closed",
  "timezone_locked",
  "card_number_taken",
  "card_terminated",
  "currency_mismatch",
  "insufficient_funds",
  "balance_too_large",
  "authorization_not_open",
  "capture_exceeds_authorization",
  "reversal_exceeds_hold",
  "refund_exceeds_capture",
  "hold_not_expired",
  "payment_declined",
  "too_many_at_once",
  "last_api_key",
  "wallet_busy",
  "overloaded",
  "outcome_unknown",
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

export const ok = <T>(value: T, written?: Freshness): Success<T> =>
  written ? { ok: true, value, written } : { ok: true, value };

export const replayed = <T>(value: T, written?: Freshness): Success<T> => ({
  ...ok(value, written),
  replayed: true,
});

export const refuse = (
  code: RefusalCode,
  detail: string,
  errors?: readonly RefusalError[],
): Refused => ({ ok: false, refusal: errors ? { code, detail, errors } : { code, detail } });

/** The refusal of one item of a request, told where the request has the item. */
export const refusedAt = ({ refusal }: Refused, at: string): Refused => {
  const { code, detail, errors = [{ detail }] } = refusal;
  return refuse(
    code,
    detail,
    errors.map((error) => ({ ...error, pointer: `${at}${error.pointer ?? ""}` })),
  );
};

/** A refusal of one field of the request body, as `errors[]` of the problem document names it. */
export const refuseField = (pointer: string, detail: string): Refused =>
  refuse("validation_failed", "The request body is not valid.", [{ pointer, detail }]);
