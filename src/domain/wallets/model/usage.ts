import type { LimitWindow } from "../rules/limits.ts";
import type { Minor } from "./money.ts";

/** What has been spent in the window that began on `start`. */
export interface WindowUsage {
  /** First local date of the window (`2026-11-22`), empty for `lifetime` and before any use. */
  readonly start: string;
  readonly amount: Minor;
  readonly count: number;
}

/** Counted for every window, limited or not, so that a limit can be set later. */
export type Usage = { readonly [Window in LimitWindow]: WindowUsage };

/** The first local date of each window that a moment falls in. */
export type WindowStarts = { readonly [Window in LimitWindow]: string };

/** What one approval or increment took, and of which windows. */
export interface Consumption {
  readonly amount: number;
  readonly count: number;
  readonly windows: WindowStarts;
}

/** Usage as records carry it: amounts are text, since a sum can pass 2^53. */
export type UsageRecord = {
  readonly [Window in LimitWindow]: {
    readonly start: string;
    readonly amount: string;
    readonly count: number;
  };
};

const unused: WindowUsage = { start: "", amount: 0n, count: 0 };

export const noUsage: Usage = {
  day: unused,
  week: unused,
  month: unused,
  year: unused,
  lifetime: unused,
};
