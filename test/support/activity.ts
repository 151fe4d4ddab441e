import type { Database } from "../../src/db/database.ts";
import { dueHolds } from "../../src/db/wallets/ledger.ts";
import type { Actor } from "../../src/domain/actor.ts";
import { expireHolds, type SweepPorts } from "../../src/domain/wallets/verbs/expire-holds.ts";
import { createIds } from "../../src/runtime/ids.ts";
import { activityOf, type WalletActivity } from "./activity-story.ts";
import { anActor } from "./an-actor.ts";
import { type Money, moneyOn } from "./wallets.ts";

/** An organization in which everything has happened that can happen to a wallet. */
export interface Activity extends WalletActivity {
  readonly actor: Actor;
  readonly money: Money;
}

export const activityOn = async (database: Database): Promise<Activity> => {
  const money = moneyOn(database);
  const actor = anActor();
  const due: SweepPorts["dueHolds"] = async (now, after, limit) =>
    (await database.run(dueHolds(new Date(now).toISOString(), after, limit))).map((row) => ({
      id: String(row["id"]),
      organizationId: String(row["organization_id"]),
      expiresAt: (row["expires_at"] as Date).toISOString(),
    }));
  const activity = await activityOf(money.wallets, actor, async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const ports = { lane: money.lane, ids: createIds(), now: Date.now, dueHolds: due };
    return expireHolds(ports, 5_000);
  });
  return { ...activity, actor, money };
};
