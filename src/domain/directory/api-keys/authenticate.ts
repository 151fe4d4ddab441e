import type { ApiKeyRecord, ApiKeyStore, ApiKeyUse } from "./api-key.ts";

/** The key with this id, or `null` if there is none or it is revoked. The caller compares the secret. */
export const authenticate =
  ({ apiKeys }: { apiKeys: ApiKeyStore }) =>
  async (apiKeyId: string): Promise<ApiKeyRecord | null> =>
    // What clients send as an id must not reach a uuid parameter unless it is one.
    uuidForm.test(apiKeyId) ? apiKeys.lookUp(apiKeyId) : null;

/** Records when keys were last used; an older use never overwrites a newer one. */
export const touchApiKeys =
  ({ apiKeys }: { apiKeys: ApiKeyStore }) =>
  async (uses: readonly ApiKeyUse[]): Promise<void> => {
    if (uses.length > 0) await apiKeys.touch(uses);
  };

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
