import type { Claim, ScenarioResult } from "./result.ts";
import type { Interval } from "./statistics/interval.ts";

/** One promise, and whether this run kept it. */
export interface ScoreRow {
  readonly scenario: string;
  readonly claim: string;
  readonly target: Claim["target"];
  readonly unit: string | undefined;
  readonly interval: Interval;
  readonly met: boolean;
  readonly spoiled: string | undefined;
}

export const scoreOf = (results: readonly ScenarioResult[]): ScoreRow[] =>
  results.flatMap(({ id, findings }) =>
    findings.flatMap(({ claim, interval, unit }) =>
      claim
        ? [
            {
              scenario: id,
              claim: claim.text,
              target: claim.target,
              unit,
              interval,
              met: claim.spoiled === undefined && isMet(claim.target, interval),
              spoiled: claim.spoiled,
            },
          ]
        : [],
    ),
  );

/** By the end of the interval that is the worse one. */
export const isMet = (target: Claim["target"], { low, high }: Interval): boolean =>
  "atLeast" in target ? low >= target.atLeast : high <= target.atMost;
