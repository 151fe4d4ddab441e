import type { Idempotency } from "../domain/actor.ts";
import { canonicalJson } from "./canonical-json.ts";

/** 1 to 255 visible ASCII characters: what fits an index and a log of the client's. */
export const idempotencyKeyForm = /^[\x21-\x7e]{1,255}$/;

/**
 * The client's key with the fingerprint of what it asked for: SHA-256 (hex) over
 * the operation, its path parameters and the validated body, in canonical form.
 */
export const fingerprintRequest = (
  sha256: (text: string) => string,
  key: string,
  operation: string,
  params: unknown,
  body: unknown,
): Idempotency => ({
  key,
  fingerprint: sha256(canonicalJson({ operation, params, body })),
});
