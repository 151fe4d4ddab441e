import type { Rule } from "./rules.ts";

/** One way to break the whole scrape: what occurs in it once, and what stands there instead. */
export interface Mutation {
  readonly rule: Rule;
  readonly what: string;
  readonly from: string;
  readonly to: string;
  /** How many lines below the change the line is that has to be named. */
  readonly below: number;
}

export const breaks = (
  rule: Rule,
  what: string,
  from: string,
  to: string,
  below = 0,
): Mutation => ({
  rule,
  what,
  from,
  to,
  below,
});
