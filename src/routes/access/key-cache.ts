import type { ApiKeyRecord } from "../../domain/directory/api-keys/api-key.ts";
import { createLru } from "./lru.ts";

/** How long a revoked key can still be used, at most. */
export const keyCacheMs = 30_000;

const maxKeys = 10_000;

export type LookUpKey = (apiKeyId: string) => Promise<ApiKeyRecord | null>;

/**
 * Key look-ups of one isolate, also of keys that do not exist: at most 30 s old,
 * a bounded number of them, and one look-up at a time for a key. A failed look-up
 * is not kept.
 */
export const cacheKeys = (lookUp: LookUpKey, now: () => number, capacity = maxKeys): LookUpKey => {
  const cached = createLru<{ readonly at: number; readonly record: Promise<ApiKeyRecord | null> }>(
    capacity,
  );
  return (apiKeyId) => {
    const known = cached.get(apiKeyId);
    if (known && now() - known.at < keyCacheMs) return known.record;
    // Aged from before the look-up: what it answers may be as old as its start.
    const record = lookUp(apiKeyId);
    cached.set(apiKeyId, { at: now(), record });
    record.catch(() => {
      if (cached.get(apiKeyId)?.record === record) cached.delete(apiKeyId);
    });
    return record;
  };
};
