import type { Idempotency } from "../domain/actor.ts";
import { canonicalJson } from "../domain/canonical-json.ts";

/** 1 to 255 visible ASCII characters: what fits an index and a log of the client's. */
export const idempotencyKeyForm = /^[\x21-\x7e]{1,255}$/;

/**
 * The client's key with the fingerprint of what it asked for: a keyed digest (hex) over
 * the operation, its path parameters and the validated body, in canonical form. Keyed,
 * because a card number has so few digits that its plain digest tells it; and without the
 * CVV, of which nothing may be stored.
 */
export const fingerprintRequest = (
  mac: (text: string) => string,
  key: string,
  operation: string,
  params: unknown,
  body: unknown,
): Idempotency => ({
  key,
  fingerprint: mac(canonicalJson({ operation, params, body: withoutCvv(body) })),
});

const withoutCvv = (body: unknown): unknown => {
  if (typeof body !== "object" || body === null || !("cvv" in body)) return body;
  const { cvv: _, ...rest } = body;
  return rest;
};
