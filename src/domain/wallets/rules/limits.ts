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
