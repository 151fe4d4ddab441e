import { dueHoldOf, dueHolds } from "../db/wallets/ledger.ts";
import type { CommandLane } from "../domain/wallets/lane/job.ts";
import { expireHolds } from "../domain/wallets/verbs/expire-holds.ts";
import { createIds } from "./ids.ts";
import { type Purge, purgeUsedKeys } from "./purge.ts";

export interface Sweep extends Purge {
  readonly lane: CommandLane;
}

/** On Workers a sweep ends before the next one begins: the cron trigger comes once a minute. */
export const sweepBudgetMs = 50_000;

/** Holds first, because somebody waits for their money; keys with what is left of the time. */
export const sweepAll = async (sweep: Sweep, budgetMs: number): Promise<void> => {
  const startedAt = Date.now();
  try {
    await sweepHolds(sweep, budgetMs);
  } finally {
    await purgeUsedKeys(sweep, startedAt + budgetMs - Date.now());
  }
};

/** One sweep over holds that are due, for at most `budgetMs`; says what it did if it did anything. */
export const sweepHolds = async (
  { database, lane, logger, metrics, stopped }: Sweep,
  budgetMs: number,
): Promise<void> => {
  const report = await expireHolds(
    {
      lane,
      ids: createIds(),
      now: Date.now,
      ...(stopped && { stopped }),
      dueHolds: async (now, after, limit) => {
        const statement = dueHolds(new Date(now).toISOString(), after, limit);
        return (await database.run(statement)).map(dueHoldOf);
      },
    },
    budgetMs,
  );
  const { expired, passed, failed, complete } = report;
  for (const [outcome, holds] of Object.entries({ expired, passed, failed })) {
    if (holds > 0) metrics.sweepHolds.inc({ outcome }, holds);
  }
  if (complete && failed === 0) metrics.sweepLastSuccess.set({}, Date.now() / 1_000);
  if (expired > 0) logger.log("info", { event: "holds_expired", count: expired });
  if (failed > 0) logger.log("warn", { event: "holds_not_expired", count: failed });
};

/** Sweeps again and again, one sweep at a time; answers how to stop it. */
export const startSweeping = (sweep: Sweep, everyMs: number): (() => Promise<void>) => {
  let running: Promise<void> | undefined;
  let stopped = false;
  const timer = setInterval(() => {
    running ??= sweepAll({ ...sweep, stopped: () => stopped }, everyMs)
      .catch(() => sweep.logger.log("error", { event: "sweep_failed" }))
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
};
