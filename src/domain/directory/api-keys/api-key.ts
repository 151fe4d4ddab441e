import type { Idempotency, Scope } from "../../actor.ts";
import type { Creation } from "../../changes.ts";
import type { OrganizationSettings } from "../../organization-settings.ts";
import type { Page, PageRequest } from "../../page.ts";

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** `null`: the platform's default. */
  readonly rateLimitPerSecond: number | null;
  readonly expiresAt: string | null;
  /** Up to a minute late. */
  readonly lastUsedAt: string | null;
  readonly createdAt: string;
}

/** `key` is `id.secret`; `null` when the creation is replayed, because no secret is stored. */
export type ApiKeyWithSecret = ApiKey & { readonly key: string | null };

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt?: string | null | undefined;
  readonly rateLimitPerSecond?: number | null | undefined;
}

export interface StoredApiKey {
  readonly id: string;
  readonly name: string;
  readonly secretSha256: string;
  readonly scopes: readonly Scope[];
  readonly rateLimitPerSecond: number | null;
  readonly expiresAt: string | null;
}

/** What the edge needs to let a request in; it compares the secret and checks the expiry at use. */
export interface ApiKeyRecord {
  readonly id: string;
  readonly organizationId: string;
  /** Lower-case hex. */
  readonly secretSha256: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: string | null;
  readonly rateLimitPerSecond: number | null;
  readonly settings: OrganizationSettings;
}

export interface ApiKeyUse {
  readonly organizationId: string;
  readonly apiKeyId: string;
  /** ISO 8601. */
  readonly at: string;
}

export type ApiKeySort = "createdAt" | "name";

export type Revocation = "revoked" | "not_found" | "last_api_key";

/** Every method but the two of authentication touches one organization's live keys only. */
export interface ApiKeyStore {
  /** `grantedBy` is the key that asks: it must be live and hold every scope of the new one. */
  insert(
    organizationId: string,
    key: StoredApiKey,
    grantedBy: string,
    idempotency: Idempotency | undefined,
  ): Promise<Creation<ApiKey, "scope_not_held">>;
  find(organizationId: string, id: string): Promise<ApiKey | null>;
  list(organizationId: string, page: PageRequest<ApiKeySort>): Promise<Page<ApiKey>>;
  revoke(organizationId: string, id: string): Promise<Revocation>;
  /** The live key with this id, whichever organization it belongs to: this is what tells. */
  lookUp(id: string): Promise<ApiKeyRecord | null>;
  touch(uses: readonly ApiKeyUse[]): Promise<void>;
}
