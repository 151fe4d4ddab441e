import type { ApiKeyRecord } from "../../domain/directory/api-keys/api-key.ts";
import { createLru } from "./lru.ts";
import { type Defer, type SharedWork, shareWork } from "./shared-work.ts";

/** How long a revoked key can still be used, at most. */
export const keyCacheMs = 30_000;

export const maxKeys = 10_000;

export type LookUpKey = (apiKeyId: string) => Promise<ApiKeyRecord | null>;

/**
 * Key look-ups of one isolate, also of keys that do not exist: at most 30 s old,
 * a bounded number of them, and one look-up at a time for a key. A failed look-up
 * is not kept.
 */
export const cacheKeys = (
  lookUp: LookUpKey,
  now: () => number,
  defer: Defer,
  capacity = maxKeys,
  count: (outcome: "hit" | "miss") => void = () => {},
): LookUpKey => {
  const cached = createLru<Entry>(capacity);
  return async (apiKeyId) => {
    const entry = cached.get(apiKeyId) ?? { at: 0, record: undefined, lookingUp: shareWork(defer) };
    if (entry.record !== undefined && now() - entry.at < keyCacheMs) {
      count("hit");
      return entry.record;
    }
    count("miss");
    cached.set(apiKeyId, entry);
    return entry.lookingUp.run(async () => {
      // Aged from before the look-up: what it answers may be as old as its start.
      const at = now();
      const record = await lookUp(apiKeyId);
      entry.at = at;
      entry.record = record;
      return record;
    });
  };
};

interface Entry {
  at: number;
  /** `undefined` until it is looked up, `null` when there is no such key. */
  record: ApiKeyRecord | null | undefined;
  readonly lookingUp: SharedWork<ApiKeyRecord | null>;
}
