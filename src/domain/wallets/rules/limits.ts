/**
 * Spending limits of a wallet or card. `null` means no limit; a window that is
 * counted without a limit is still counted, so that one can be set later.
 * Amounts are minor units of the wallet's currency.
 */
export const limitWindows = ["day", "week", "month", "year", "lifetime"] as const;

export type LimitWindow = (typeof limitWindows)[number];

export interface Limit {
  readonly amount?: number;
  /** Number of approved payments. */
  readonly count?: number;
}

export type Limits = {
  /** The largest single payment; only its amount means anything. */
  readonly perTransaction: Limit | null;
} & { readonly [Window in LimitWindow]: Limit | null };

/** What a request may say: an absent window is unchanged, `null` removes its limit. */
export type LimitsPatch = { readonly [Window in keyof Limits]?: Limit | null | undefined };

export const noLimits: Limits = {
  perTransaction: null,
  day: null,
  week: null,
  month: null,
  year: null,
  lifetime: null,
};

/** Applies what a request says of limits; an empty limit is none. */
export const patchLimits = (limits: Limits, patch: LimitsPatch | undefined): Limits => {
  if (!patch) return limits;
  const next: { -readonly [Window in keyof Limits]: Limit | null } = { ...limits };
  for (const window of ["perTransaction", ...limitWindows] as const) {
    const limit = patch[window];
    if (limit !== undefined) next[window] = limit && hasAny(limit) ? limit : null;
  }
  return next;
};

const hasAny = (limit: Limit): boolean => limit.amount !== undefined || limit.count !== undefined;

/** The windows, of those that a request sets, whose amount is under the organization's smallest limit. */
export const limitsBelow = (limits: LimitsPatch, smallestLimit: number): LimitWindow[] =>
  (["day", "month"] as const).filter((window) => {
    const amount = limits[window]?.amount;
    return amount !== undefined && amount < smallestLimit;
  });
