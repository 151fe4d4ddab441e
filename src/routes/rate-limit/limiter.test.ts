import { describe, expect, test } from "vitest";
import { createBucketStore, leaseFrom } from "./bucket-store.ts";
import { createRateLimiter } from "./limiter.ts";
import type { TokenStore } from "./token-store.ts";

const defer = () => undefined;

const clock = () => {
  let time = 1_000_000;
  return { now: () => time, advance: (ms: number) => (time += ms) };
};

/** How many of `count` requests at once pass. */
const passing = async (
  limiter: ReturnType<typeof createRateLimiter>,
  perSecond: number,
  count: number,
) => {
  const verdicts = await Promise.all(
    Array.from({ length: count }, () => limiter.take("key", perSecond)),
  );
  return verdicts.filter(({ allowed }) => allowed).length;
};

describe("one isolate", () => {
  test.each([1, 5, 50, 1_000])("passes exactly the limit of %i at once", async (perSecond) => {
    const { now } = clock();
    const limiter = createRateLimiter(createBucketStore(now), now, defer);
    expect(await passing(limiter, perSecond, perSecond + 200)).toBe(perSecond);
  });

  test("passes the limit again each second, and not more in ten", async () => {
    const { now, advance } = clock();
    const limiter = createRateLimiter(createBucketStore(now), now, defer);
    let passed = 0;
    for (let tick = 0; tick < 100; tick++) {
      passed += await passing(limiter, 20, 10);
      advance(100);
    }
    expect(passed).toBeGreaterThanOrEqual(20 * 9);
    expect(passed).toBeLessThanOrEqual(20 * 11);
  });

  test("says when a token is back, and then it is", async () => {
    const { now, advance } = clock();
    const limiter = createRateLimiter(createBucketStore(now), now, defer);
    await passing(limiter, 5, 5);
    const refused = await limiter.take("key", 5);
    expect(refused).toMatchObject({ allowed: false, remaining: 0, retryAfterMs: 200 });
    advance(refused.retryAfterMs);
    expect(await limiter.take("key", 5)).toMatchObject({ allowed: true });
  });
});

test("several isolates together pass the limit of their common store", async () => {
  const { now } = clock();
  const store = createBucketStore(now);
  const isolates = Array.from({ length: 4 }, () => createRateLimiter(store, now, defer));
  const passed = await Promise.all(isolates.map((limiter) => passing(limiter, 100, 200)));
  expect(passed.reduce((sum, one) => sum + one)).toBe(100);
});

test("the store is asked for blocks, not for each request, and not while it is known to be empty", async () => {
  const { now } = clock();
  const buckets = createBucketStore(now);
  let leases = 0;
  const store: TokenStore = {
    lease: (request) => {
      leases += 1;
      return buckets.lease(request);
    },
  };
  const limiter = createRateLimiter(store, now, defer);
  expect(await passing(limiter, 1_000, 1_000)).toBe(1_000);
  expect(leases).toBe(10);
  await passing(limiter, 1_000, 500);
  expect(leases).toBe(11);
});

test("tokens that an isolate leased and did not use are forgotten, not saved up", async () => {
  const { now, advance } = clock();
  const limiter = createRateLimiter(createBucketStore(now), now, defer);
  await limiter.take("key", 100);
  advance(60_000);
  expect(await passing(limiter, 100, 500)).toBe(100);
});

test("without its store an isolate limits by itself", async () => {
  const { now } = clock();
  const broken: TokenStore = { lease: () => Promise.reject(new Error("unreachable")) };
  expect(await passing(createRateLimiter(broken, now, defer), 20, 100)).toBe(20);
});

test("a clock that goes back neither fills a bucket nor blocks it", () => {
  const bucket = { tokens: 5, at: 10_000, perSecond: 10 };
  const request = { key: "key", perSecond: 10, wanted: 10 };
  expect(leaseFrom(bucket, request, 5_000).granted).toBe(5);
  expect(leaseFrom(bucket, request, 10_100).granted).toBe(1);
});

test("a lower limit holds at once", () => {
  const bucket = { tokens: 100, at: 0, perSecond: 100 };
  expect(leaseFrom(bucket, { key: "key", perSecond: 3, wanted: 50 }, 0).granted).toBe(3);
});
