import type { Actor } from "../../src/domain/actor.ts";
import { uuidv7, uuidv7WithLane } from "../../src/domain/ids.ts";
import { ok, type Result } from "../../src/domain/result.ts";
import { numberInRange } from "../../src/domain/wallets/cards/card-number.ts";
import type { CardVault } from "../../src/domain/wallets/cards/card-vault.ts";
import type { CommandLane, Job, JobResult } from "../../src/domain/wallets/lane/job.ts";
import type { LaneIds, WalletOwnership, WalletReads } from "../../src/domain/wallets/ports.ts";
import { expireHolds } from "../../src/domain/wallets/verbs/expire-holds.ts";
import { createWallets, type Wallets } from "../../src/domain/wallets/wallets.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import type { MemoryDatabase } from "./memory-database.ts";
import { memoryDueHolds, memoryReads } from "./memory-ports.ts";
import type { Random } from "./random.ts";

/** What a request can ask of the edge that serves it. */
export interface Service {
  readonly wallets: Wallets;
  /** Releases the holds that are due. */
  readonly sweep: () => Promise<Result<unknown>>;
}

export type Call = (service: Service, actor: Actor) => Promise<Result<unknown>>;

export interface ServicePorts {
  readonly database: MemoryDatabase;
  readonly ownership: WalletOwnership;
  /** Of this request alone. */
  readonly random: Random;
  readonly now: () => number;
  readonly submit: (job: Job) => Promise<JobResult>;
  readonly sleep: (ms: number) => Promise<void>;
}

const sweepBudgetMs = 5_000;

/** The real verbs, over the ports of a simulation. */
export const serviceOn = (ports: ServicePorts): Service => {
  const { database, ownership, now, random, sleep, submit } = ports;
  const ids = idsOf(random, now);
  const lane: CommandLane = { submit };
  const wallets = createWallets({
    lane,
    ids,
    now,
    sha256: sha256Hex,
    ownership,
    reads: memoryReads(database) as WalletReads,
    vault: vaultOf(random),
    owners: { ownerExists: async () => true, userExists: async () => true },
    store: {
      load: async (refs) => database.load(refs),
      commit: () => Promise.reject(new Error("only lanes commit")),
    },
    sleep,
  });
  const dueHolds = memoryDueHolds(database);
  return {
    wallets,
    sweep: async () => ok(await expireHolds({ lane, ids, now, dueHolds }, sweepBudgetMs)),
  };
};

export const idsOf = (random: Random, now: () => number): LaneIds => ({
  next: () => uuidv7(now(), random.bytes(10)),
  withLane: (laneKey) => uuidv7WithLane(now(), random.bytes(10), laneKey),
});

/** So few numbers that some are taken. */
const numbers = 400;

export const numberOf = (random: Random): string =>
  numberInRange("400000", String(random.between(1, numbers)).padStart(9, "0"));

/** Hides nothing: what is stored of a number only has to tell numbers apart. */
const vaultOf = (random: Random): CardVault => ({
  seal: async (organizationId, cardId, number) => ({
    numberCiphertext: sha256Hex(`${cardId}:${number}`),
    numberKeyVersion: 1,
    numberFingerprint: sha256Hex(`${organizationId}:${number}`),
  }),
  open: () => Promise.reject(new Error("no number is shown here")),
  cvv: () => Promise.reject(new Error("no number is shown here")),
  newNumber: () => numberOf(random),
});
