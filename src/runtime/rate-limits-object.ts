import { DurableObject } from "cloudflare:workers";
import { createBucketStore } from "../routes/rate-limit/bucket-store.ts";
import type { Lease, LeaseRequest, TokenStore } from "../routes/rate-limit/token-store.ts";
import type { WorkerEnv } from "./worker-platform.ts";

/** The token buckets that isolates lease from. In memory: after a reset a bucket is full again. */
export class RateLimits extends DurableObject<WorkerEnv> {
  readonly #buckets = createBucketStore(Date.now);

  lease(request: LeaseRequest): Promise<Lease> {
    return this.#buckets.lease(request);
  }
}

export interface RateLimitsNamespace {
  getByName(name: string): { lease(request: LeaseRequest): Promise<Lease> };
}

/** One object an API key, so that no key's traffic is in another's way. */
export const leasedTokens = (namespace: RateLimitsNamespace): TokenStore => ({
  lease: (request) => namespace.getByName(request.key).lease(request),
});
