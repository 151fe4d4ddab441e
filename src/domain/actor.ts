import type { OrganizationSettings } from "./organization-settings.ts";

/** What an API key may do; `*:write` does not include `*:read`. */
export const scopes = [
  "organization:read",
  "organization:write",
  "api-keys:read",
  "api-keys:write",
  "users:read",
  "users:write",
  "teams:read",
  "teams:write",
  "wallets:read",
  "wallets:write",
  "cards:read",
  "cards:write",
  "cards:reveal",
  "authorizations:read",
  "authorizations:write",
  "money:write",
  "events:read",
  "ledger:read",
] as const;

export type Scope = (typeof scopes)[number];

/**
 * Who asks, for which organization, in which request. Every verb takes one; it
 * is plain data so that it can cross a service boundary.
 */
export interface Actor {
  readonly organizationId: string;
  readonly apiKeyId: string;
  /** The organization's settings as of the key look-up, at most 30 s old. */
  readonly settings: OrganizationSettings;
  /** On the response, in logs, and on every event that the request causes. */
  readonly requestId: string;
  /** Present when the client sent `Idempotency-Key`. */
  readonly idempotency?: Idempotency;
}

export interface Idempotency {
  /** The client's key, 1 to 255 visible ASCII characters. */
  readonly key: string;
  /** Keyed digest (hex) over the operation and the canonical form of the validated request. */
  readonly fingerprint: string;
}
