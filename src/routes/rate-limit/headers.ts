import type { AnswerHeaders } from "../answer.ts";
import type { Verdict } from "./limiter.ts";

/**
 * `RateLimit-Policy` and `RateLimit` as structured fields (draft-ietf-httpapi-ratelimit-headers):
 * the quota `q` a window `w` of seconds; what remains `r`, and in how many seconds `t`
 * the quota is whole again.
 */
export const rateLimitHeaders = (verdict: Verdict): AnswerHeaders => {
  const missing = verdict.perSecond - verdict.remaining;
  const reset = Math.max(1, Math.ceil(missing / verdict.perSecond));
  return {
    "RateLimit-Policy": `"key";q=${verdict.perSecond};w=1`,
    RateLimit: `"key";r=${verdict.remaining};t=${reset}`,
  };
};
