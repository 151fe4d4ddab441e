import type { Claim } from "../result.ts";
import type { Report } from "../run.ts";
import type { Interval } from "../statistics/interval.ts";

/** Three digits that mean something: 12,300, 123, 12.3, 1.23, 0.123. */
export const figure = (value: number): string => {
  if (!Number.isFinite(value)) return "?";
  if (value === 0) return "0";
  const digits = Math.floor(Math.log10(Math.abs(value)));
  const rounded = Number(value.toPrecision(3));
  return digits >= 2 ? rounded.toLocaleString("en-US") : rounded.toFixed(Math.min(3, 2 - digits));
};

/** `6.71 (6.02 to 7.48)`; one measurement has no interval. */
export const intervalText = ({ estimate, low, high, count }: Interval): string =>
  count === 1 ? figure(estimate) : `${figure(estimate)} (${figure(low)} to ${figure(high)})`;

export const targetText = (target: Claim["target"]): string =>
  "atLeast" in target ? `at least ${figure(target.atLeast)}` : `at most ${figure(target.atMost)}`;

/** The day of a run, and what it measured. */
export const measuredAt = ({ startedAt, commit }: Pick<Report, "startedAt" | "commit">): string =>
  `${startedAt.slice(0, 10)}${commit ? `, commit ${commit}` : ""}`;
