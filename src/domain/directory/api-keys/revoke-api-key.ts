import type { Actor } from "../../actor.ts";
import { notFound } from "../../changes.ts";
import { ok, type Result, refuse } from "../../result.ts";
import type { ApiKeyStore } from "./api-key.ts";

/**
 * A revoked key reads as not found. The last key that can still be used stays, because
 * nobody could make another one. Caches let a revoked key in for up to 30 s.
 */
export const revokeApiKey =
  ({ apiKeys }: { apiKeys: ApiKeyStore }) =>
  async (actor: Actor, id: string): Promise<Result<void>> => {
    const outcome = await apiKeys.revoke(actor.organizationId, id);
    switch (outcome) {
      case "revoked":
        return ok(undefined);
      case "not_found":
        return notFound("API key");
      case "last_api_key":
        return refuse("last_api_key", "It is the organization's last usable API key.");
    }
  };
