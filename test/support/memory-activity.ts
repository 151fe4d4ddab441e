import type { Actor } from "../../src/domain/actor.ts";
import { ok, refuse } from "../../src/domain/result.ts";
import { Lane } from "../../src/domain/wallets/lane/lane.ts";
import type { SealedEvent } from "../../src/domain/wallets/log/chain.ts";
import { walletRecord } from "../../src/domain/wallets/model/wallet.ts";
import { expireHolds } from "../../src/domain/wallets/verbs/expire-holds.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import { MemoryDatabase } from "../simulation/memory-database.ts";
import { memoryDueHolds, memoryOwnership } from "../simulation/memory-ports.ts";
import { Random } from "../simulation/random.ts";
import { idsOf, serviceOn } from "../simulation/service.ts";
import { activityOf, type WalletActivity } from "./activity-story.ts";
import { anActor } from "./an-actor.ts";
import { type StoredLedger, storedLedger } from "./stored-ledger.ts";
import { turn } from "./turn.ts";
import { noon } from "./wallet-states.ts";

export interface MemoryActivity extends WalletActivity {
  readonly actor: Actor;
  readonly ledger: StoredLedger;
}

/** A ledger in which everything has happened, by the real verbs and a lane, in memory. */
export const memoryActivity = async (): Promise<MemoryActivity> => {
  let time = noon;
  // Each request has a moment of its own, so that no two things have the same time by chance.
  const now = () => time;
  const random = new Random("activity");
  const database = new MemoryDatabase(now);
  const commits = new Map<SealedEvent, number>();
  let commit = 0;
  const store = {
    load: async (refs: Parameters<MemoryDatabase["load"]>[0]) => database.load(refs),
    commit: async (batch: Parameters<MemoryDatabase["commit"]>[0]) => {
      commit += 1;
      time += 7;
      return database.commit(batch, undefined, ({ events }) => {
        for (const event of events) commits.set(event, commit);
      });
    },
  };
  const lane = new Lane({ store, sha256: sha256Hex, now, random: () => 0, sleep: turn });
  const ownership = memoryOwnership(database, new Map());
  const submit: Lane["submit"] = (job) => lane.submit(job);
  const service = serviceOn({ database, ownership, random, now, submit, sleep: turn });
  const actor = anActor();
  const wallets: typeof service.wallets = {
    ...service.wallets,
    getWallet: async (_, id) => {
      const wallet = database.wallets.get(id);
      return wallet ? ok(walletRecord(wallet)) : refuse("not_found", "It is not there.");
    },
  };
  const activity = await activityOf(wallets, actor, () => {
    time += 1_100;
    const dueHolds = memoryDueHolds(database);
    return expireHolds({ lane, ids: idsOf(random, now), now, dueHolds }, 5_000);
  });
  // A wallet is made outside the lanes, by a statement of its own.
  const made = (event: SealedEvent) => {
    if (!commits.has(event)) commits.set(event, ++commit);
    return commits.get(event) ?? 0;
  };
  return { ...activity, actor, ledger: storedLedger(database, made) };
};
