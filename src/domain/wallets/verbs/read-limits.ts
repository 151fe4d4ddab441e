import type { Actor } from "../../actor.ts";
import { notFound } from "../../changes.ts";
import { isoTime } from "../../iso-time.ts";
import type { Result } from "../../result.ts";
import { maxAmount, smallest } from "../model/money.ts";
import type { Usage } from "../model/usage.ts";
import { type Limits, type LimitWindow, limitWindows } from "../rules/limits.ts";
import { usedIn } from "../rules/usage.ts";
import { windowEnd, windowStarts } from "../rules/windows.ts";
import type { WalletStore } from "../store.ts";
import { loadNow } from "./explain.ts";

/** A window of a wallet's or card's limits as it stands. */
export interface LimitUsage {
  readonly limit: { readonly amount: number | null; readonly count: number | null };
  readonly spent: { readonly amount: number; readonly count: number };
  /** `null` where there is no limit. */
  readonly remaining: { readonly amount: number | null; readonly count: number | null };
  /** When the window ends and counting begins anew; `null` of a lifetime. */
  readonly resetsAt: string | null;
}

export interface LimitsReport {
  readonly timezone: string;
  readonly perTransaction: { readonly amount: number | null };
  readonly windows: { readonly [Window in LimitWindow]: LimitUsage };
}

export const readLimits =
  ({ store, now }: { readonly store: WalletStore; readonly now: () => number }) =>
  async (actor: Actor, kind: "wallet" | "card", id: string): Promise<Result<LimitsReport>> => {
    const loaded = await loadNow(store, { kind, organizationId: actor.organizationId, id });
    if ("ok" in loaded) return loaded;
    const [wallet] = loaded.wallets;
    const [card] = loaded.cards;
    const subject = kind === "card" ? card : wallet;
    if (!wallet || !subject || subject.deletedAt !== null) return notFound(kind);
    const at = Math.max(now(), wallet.updatedAt);
    return { ok: true, value: report(subject, wallet.timezone, at) };
  };

const report = (
  { limits, usage }: { readonly limits: Limits; readonly usage: Usage },
  timezone: string,
  at: number,
): LimitsReport => {
  const starts = windowStarts(at, timezone);
  const line = (window: LimitWindow): LimitUsage => {
    const used = usedIn(usage, window, starts);
    const spent = { amount: Number(smallest(used.amount, maxAmount)), count: used.count };
    const limit = { amount: limits[window]?.amount ?? null, count: limits[window]?.count ?? null };
    return {
      limit,
      spent,
      remaining: {
        amount: limit.amount === null ? null : Math.max(0, limit.amount - spent.amount),
        count: limit.count === null ? null : Math.max(0, limit.count - spent.count),
      },
      resetsAt: window === "lifetime" ? null : isoTime(windowEnd(window, at, timezone)),
    };
  };
  const windows = Object.fromEntries(limitWindows.map((window) => [window, line(window)]));
  return {
    timezone,
    perTransaction: { amount: limits.perTransaction?.amount ?? null },
    windows: windows as LimitsReport["windows"],
  };
};
