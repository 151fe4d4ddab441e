import type { Idempotency } from "../domain/actor.ts";
import { canonicalJson } from "./canonical-json.ts";

export const idempotencyKeyForm = /^[\x21-\x7e]{1,255}$/;

/**
 * The client's key with the fingerprint of what it asked for: SHA-256 (hex) over
 * the operation, its path parameters and the validated body, in canonical form.
 */
export const fingerprintRequest = async (
  key: string,
  operation: string,
  params: unknown,
  body: unknown,
): Promise<Idempotency> => {
  const text = canonicalJson({ operation, params, body });
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return { key, fingerprint: toHex(new Uint8Array(digest)) };
};

const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
