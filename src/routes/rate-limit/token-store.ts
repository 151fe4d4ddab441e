/**
 * Where blocks of rate-limit tokens come from. One bucket a key: it holds `perSecond`
 * tokens at most (the burst) and gains `perSecond` a second. In process, or a Durable
 * Object that many isolates lease from.
 */
export interface TokenStore {
  lease(request: LeaseRequest): Promise<Lease>;
}

export interface LeaseRequest {
  readonly key: string;
  readonly perSecond: number;
  /** How many tokens the isolate would like at once. */
  readonly wanted: number;
}

export interface Lease {
  /** 0 to `wanted`. */
  readonly granted: number;
  /** What the bucket still holds. */
  readonly remaining: number;
  /** Milliseconds until it holds a whole token again; 0 when it does. */
  readonly retryAfterMs: number;
}
