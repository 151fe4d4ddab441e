import { randomBytes } from "node:crypto";
import type { Database } from "../../src/db/database.ts";
import { createWalletOwnership } from "../../src/db/wallets/ownership.ts";
import { createWalletReads } from "../../src/db/wallets/reads.ts";
import { createWalletStore } from "../../src/db/wallets/wallet-store.ts";
import type { Actor } from "../../src/domain/actor.ts";
import { WalletCache } from "../../src/domain/wallets/lane/cache.ts";
import { type Job, refsOf } from "../../src/domain/wallets/lane/job.ts";
import { Lane } from "../../src/domain/wallets/lane/lane.ts";
import {
  defaultLaneOptions,
  type LaneOptions,
  type LanePorts,
} from "../../src/domain/wallets/lane/options.ts";
import { plan } from "../../src/domain/wallets/lane/plan.ts";
import type { CardRecord } from "../../src/domain/wallets/model/card.ts";
import type { WalletRecord } from "../../src/domain/wallets/model/wallet.ts";
import type { WalletOwnership } from "../../src/domain/wallets/ports.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type {
  Answered,
  CommitGroup,
  Loaded,
  Ref,
  WalletStore,
} from "../../src/domain/wallets/store.ts";
import { createWallets, type Wallets } from "../../src/domain/wallets/wallets.ts";
import { createCardVault } from "../../src/runtime/card-vault.ts";
import { createIds } from "../../src/runtime/ids.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import { valueFrom } from "./directory.ts";
import { item, newId } from "./wallet-states.ts";

const key = () => randomBytes(32).toString("base64");

const vault = createCardVault({
  encryptionKeys: { 1: key() },
  fingerprintKey: key(),
  cvvKey: key(),
  numberRange: "400000",
});

export interface Money {
  readonly wallets: Wallets;
  readonly lane: Lane;
  readonly store: WalletStore;
  readonly ownership: WalletOwnership;
}

/** The wallets context on a real database with a lane of its own, without HTTP; every owner exists. */
export const moneyOn = (
  database: Database,
  over: {
    readonly ports?: Partial<LanePorts>;
    readonly options?: Partial<LaneOptions>;
    readonly ownership?: WalletOwnership;
    /** The edge's clock. */
    readonly now?: () => number;
  } = {},
): Money => {
  const store = over.ports?.store ?? createWalletStore(database);
  const ownership = over.ownership ?? createWalletOwnership(database);
  const lane = new Lane(
    {
      store,
      sha256: sha256Hex,
      now: Date.now,
      random: Math.random,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      ...over.ports,
    },
    { ...defaultLaneOptions, ...over.options },
  );
  const wallets = createWallets({
    lane,
    ids: createIds(),
    now: over.now ?? Date.now,
    sha256: sha256Hex,
    ownership,
    reads: createWalletReads(database),
    store,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    vault,
    owners: { ownerExists: async () => true, userExists: async () => true },
  });
  return { wallets, lane, store, ownership };
};

/** A wallet with this much in it. */
export const funded = async (
  { wallets }: Money,
  actor: Actor,
  amount = 0,
): Promise<WalletRecord> => {
  const owner = { teamId: newId() };
  const wallet = valueFrom(await wallets.createWallet(actor, { owner, name: "Travel" }));
  if (amount > 0) valueFrom(await wallets.deposit(actor, wallet.id, { amount }));
  return wallet;
};

export const withCard = async (
  { wallets }: Money,
  actor: Actor,
  wallet: { readonly id: string },
): Promise<CardRecord> => valueFrom(await wallets.createCard(actor, { walletId: wallet.id }));

/** Commands as a job of this actor's request. */
export const jobOf = (actor: Actor, ...commands: readonly StateCommand[]): Job => ({
  organizationId: actor.organizationId,
  requestId: actor.requestId,
  deadline: Date.now() + 8_000,
  items: commands.map((command) => item(command)),
});

/** Loads what jobs name and decides them, as a lane does, without committing. */
export const decided = async (
  store: WalletStore,
  jobs: readonly Job[],
  clock: number = Date.now(),
): Promise<readonly CommitGroup[]> => {
  const refs = new Map<string, Ref>();
  for (const job of jobs) {
    for (const { command } of job.items) {
      for (const ref of refsOf(job.organizationId, command)) refs.set(ref.id, ref);
    }
  }
  const { wallets, cards, authorizations } = await loadedFrom(store, [...refs.values()]);
  const cache = new WalletCache(100_000_000, () => true);
  cache.learn(wallets, cards, authorizations);
  const tickets = jobs.map((job) => ({ job }));
  return plan(tickets, cache, clock, sha256Hex).map(({ commit }) => commit);
};

export const loadedFrom = async (store: WalletStore, refs: readonly Ref[]): Promise<Loaded> => {
  const answer = await store.load(refs);
  if (answer.kind !== "loaded") throw new Error(`the load was ${answer.kind}`);
  return answer;
};

export const committed = async (
  store: WalletStore,
  groups: readonly CommitGroup[],
  deadline = Date.now() + 8_000,
): Promise<Answered> => {
  const answer = await store.commit({ groups, deadline });
  if (answer.kind === "answered") return answer;
  const cause = answer.kind === "rejected" ? answer.cause : undefined;
  throw new Error(`the commit was ${answer.kind}`, { cause });
};
