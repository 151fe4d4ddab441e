import { createLru } from "../access/lru.ts";
import type { Lease, LeaseRequest, TokenStore } from "./token-store.ts";

const maxBuckets = 50_000;

interface Bucket {
  tokens: number;
  at: number;
  perSecond: number;
}

/**
 * Token buckets in memory: the whole rate limiter of a single process, and what a
 * Durable Object keeps for the isolates that lease from it. A forgotten bucket (the
 * least used, or after a restart) is full again.
 */
export const createBucketStore = (now: () => number, capacity = maxBuckets): TokenStore => {
  const buckets = createLru<Bucket>(capacity);
  return {
    lease: async (request) => {
      const at = now();
      const bucket = buckets.get(request.key) ?? { tokens: request.perSecond, at, perSecond: 0 };
      const lease = leaseFrom(bucket, request, at);
      buckets.set(request.key, bucket);
      return lease;
    },
  };
};

/** Refills the bucket to `at` and takes up to `wanted` whole tokens out of it. */
export const leaseFrom = (bucket: Bucket, request: LeaseRequest, at: number): Lease => {
  const { perSecond, wanted } = request;
  // A clock that went back gains nothing and loses nothing.
  const elapsedMs = Math.max(0, at - bucket.at);
  bucket.tokens = Math.min(perSecond, bucket.tokens + (elapsedMs * perSecond) / 1000);
  bucket.at = Math.max(at, bucket.at);
  bucket.perSecond = perSecond;
  const granted = Math.min(wanted, Math.floor(bucket.tokens));
  bucket.tokens -= granted;
  const missing = Math.max(0, 1 - bucket.tokens);
  return {
    granted,
    remaining: Math.floor(bucket.tokens),
    retryAfterMs: Math.ceil((missing * 1000) / perSecond),
  };
};
