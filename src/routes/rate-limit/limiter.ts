import { createLru } from "../access/lru.ts";
import { type Defer, type SharedWork, shareWork } from "../access/shared-work.ts";
import { createBucketStore } from "./bucket-store.ts";
import type { TokenStore } from "./token-store.ts";

export interface RateLimiter {
  /** Takes one token of the key's bucket. Never throws: without its store it limits by itself. */
  take(key: string, perSecond: number): Promise<Verdict>;
}

export interface Verdict {
  readonly allowed: boolean;
  readonly perSecond: number;
  /** What is left as far as this isolate knows; others draw on the same bucket. */
  readonly remaining: number;
  /** Milliseconds until a token is back; 0 when allowed. */
  readonly retryAfterMs: number;
}

/** A leased token that is not used within this time is forgotten: nobody saves up in isolates. */
const leaseMs = 1_000;

const maxKeys = 10_000;

/** Ten leases a second at full speed, and never more than a tenth of the limit idle in one isolate. */
const blockSize = (perSecond: number): number => Math.max(1, Math.ceil(perSecond / 10));

interface Holding {
  tokens: number;
  expiresAt: number;
  /** What the store had left at the last lease. */
  left: number;
  /** The store was empty: not asked again before. */
  emptyUntil: number;
  readonly leasing: SharedWork<void>;
}

/**
 * Leases blocks of tokens from the store, so that most requests are counted here
 * and no single object is in every request's way. Requests that find nothing wait
 * for one common lease.
 */
export const createRateLimiter = (
  store: TokenStore,
  now: () => number,
  defer: Defer,
): RateLimiter => {
  const holdings = createLru<Holding>(maxKeys);
  // When the store cannot be reached, each isolate limits for itself rather than refuse everyone.
  const fallback = createBucketStore(now, maxKeys);

  const lease = async (key: string, perSecond: number, holding: Holding): Promise<void> => {
    const request = { key, perSecond, wanted: blockSize(perSecond) };
    const leased = await store.lease(request).catch(() => fallback.lease(request));
    const at = now();
    holding.tokens = leased.granted;
    holding.expiresAt = at + leaseMs;
    holding.left = leased.remaining;
    holding.emptyUntil = leased.granted > 0 ? 0 : at + Math.max(1, leased.retryAfterMs);
  };

  return {
    take: async (key, perSecond) => {
      const holding = holdings.get(key) ?? {
        tokens: 0,
        expiresAt: 0,
        left: 0,
        emptyUntil: 0,
        leasing: shareWork(defer),
      };
      holdings.set(key, holding);
      for (;;) {
        // Looked at and taken without a pause between, since many wait for the same lease.
        if (holding.tokens >= 1 && now() < holding.expiresAt) {
          holding.tokens -= 1;
          const remaining = holding.tokens + holding.left;
          return { allowed: true, perSecond, remaining, retryAfterMs: 0 };
        }
        const waitMs = holding.emptyUntil - now();
        if (waitMs > 0) return { allowed: false, perSecond, remaining: 0, retryAfterMs: waitMs };
        await holding.leasing.run(() => lease(key, perSecond, holding));
      }
    },
  };
};
