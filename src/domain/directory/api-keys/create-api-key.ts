import type { Actor } from "../../actor.ts";
import { creationResult } from "../../changes.ts";
import type { Ids } from "../../ids.ts";
import { type Refused, type Result, refuse, refuseField } from "../../result.ts";
import type { Secrets } from "../secrets.ts";
import type { ApiKeyStore, ApiKeyWithSecret, NewApiKey } from "./api-key.ts";

/** The secret is in this answer only: what is stored is its hash. */
export const createApiKey =
  ({ apiKeys, ids, secrets, now }: Ports) =>
  async (actor: Actor, input: NewApiKey): Promise<Result<ApiKeyWithSecret>> => {
    const expiresAt = input.expiresAt ?? null;
    if (expiresAt !== null && Date.parse(expiresAt) <= now()) {
      return refuseField("/expiresAt", "Must lie in the future");
    }
    const secret = secrets.newSecret();
    const key = {
      id: ids.next(),
      name: input.name,
      secretSha256: await secrets.sha256Hex(secret),
      scopes: [...new Set(input.scopes)],
      rateLimitPerSecond: input.rateLimitPerSecond ?? null,
      expiresAt,
    };
    const { organizationId, apiKeyId, idempotency } = actor;
    const creation = await apiKeys.insert(organizationId, key, apiKeyId, idempotency);
    const result = creationResult(creation, scopeNotHeld);
    if (!result.ok) return result;
    return {
      ...result,
      value: { ...result.value, key: result.replayed ? null : `${key.id}.${secret}` },
    };
  };

interface Ports {
  readonly apiKeys: ApiKeyStore;
  readonly ids: Ids;
  readonly secrets: Secrets;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const scopeNotHeld = (): Refused =>
  refuse("validation_failed", "A key cannot grant what it does not hold.", [
    { pointer: "/scopes", detail: "Must be among the scopes of the key that asks" },
  ]);
