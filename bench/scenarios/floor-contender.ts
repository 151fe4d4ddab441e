import { randomUUID } from "node:crypto";
import { postgresDatabase } from "../../src/db/drivers/postgres.ts";
import type { Actor } from "../../src/domain/actor.ts";
import { defaultPaymentSettings } from "../../src/domain/organization-settings.ts";
import { noLimits } from "../../src/domain/wallets/rules/limits.ts";
import { Histogram } from "../load/histogram.ts";
import type { Sample } from "../result.ts";
import type { Tenant } from "../session/tenant.ts";
import { batchSize, Floor } from "../systems/floor.ts";
import type { Contender } from "./contender.ts";
import type { Context } from "./scenario.ts";
import { payment } from "./workloads.ts";

/** Batches that are written out at once; a thousand payments of them are some megabytes. */
const mostPrepared = { warmUp: 20, measured: 160 } as const;

/** What is assumed before it was measured. */
const firstGuessPerSecond = 2_000;

export const floorTitle = "the database's floor";
export const decidedTitle = "the floor, deciding between the statements";

/**
 * The floor twice: with batches that were decided and written out before, so that only
 * the database works while the clock runs; and as a lane works, deciding each batch when
 * the one before it is committed.
 */
export const floorContenders = async (
  { profile, session }: Context,
  cardsOf: (tenant: Tenant) => readonly string[],
): Promise<{
  readonly prepared: Contender;
  readonly decided: Contender;
  close(): Promise<void>;
}> => {
  const database = postgresDatabase({ url: session.databaseUrl, connections: 1 });
  const tenant = await session.tenant(floorTitle);
  const payments = cardsOf(tenant).map((cardId) => ({ cardId, ...payment }));
  const floor = new Floor(database, actorOf(tenant), payments);
  await floor.load();
  let perSecond = firstGuessPerSecond;
  const prepared = async (): Promise<Sample> => {
    const batchesIn = (ms: number, most: number) =>
      Math.min(most, Math.max(2, Math.ceil((perSecond * ms) / 1_000 / batchSize)));
    const warmUp = batchesIn(profile.warmUpMs, mostPrepared.warmUp);
    const length = warmUp + batchesIn(profile.measureMs, mostPrepared.measured);
    const batches = Array.from({ length }, () => floor.plan());
    for (const batch of batches.splice(0, warmUp)) await floor.commit(batch);
    const timer = startTimer();
    for (const batch of batches) {
      await floor.commit(batch);
      timer.lap();
    }
    const sample = timer.sample();
    perSecond = sample.perSecond;
    return sample;
  };
  const decided = async (): Promise<Sample> => {
    await forAWhile(profile.warmUpMs, () => floor.commit(floor.plan()));
    const timer = startTimer();
    await forAWhile(profile.measureMs, async () => {
      await floor.commit(floor.plan());
      timer.lap();
    });
    return timer.sample();
  };
  return {
    prepared: { title: floorTitle, run: prepared },
    decided: { title: decidedTitle, run: decided },
    close: () => database.close(),
  };
};

const forAWhile = async (ms: number, work: () => Promise<void>): Promise<void> => {
  for (const until = performance.now() + ms; performance.now() < until; ) await work();
};

/** Times batches; the latencies are theirs and not those of single payments. */
const startTimer = () => {
  const histogram = new Histogram();
  const started = performance.now();
  let last = started;
  return {
    lap: (): void => {
      const now = performance.now();
      histogram.record(now - last);
      last = now;
    },
    sample: (): Sample => {
      const payments = histogram.count * batchSize;
      return {
        perSecond: (payments * 1_000) / (last - started),
        latency: histogram.summary(),
        outcomes: { good: payments },
      };
    },
  };
};

const actorOf = ({ organizationId }: Tenant): Actor => ({
  organizationId,
  apiKeyId: randomUUID(),
  requestId: randomUUID(),
  settings: {
    currency: "EUR",
    timezone: "UTC",
    smallestLimit: 0,
    defaultLimits: noLimits,
    payments: defaultPaymentSettings,
  },
});
