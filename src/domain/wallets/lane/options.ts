import type { Sha256 } from "../log/chain.ts";
import type { WalletStore } from "../store.ts";

/** What a lane needs of the world; the simulator gives it another one. */
export interface LanePorts {
  readonly store: WalletStore;
  readonly sha256: Sha256;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  /** Must let other work go on, also for no time at all. */
  readonly sleep: (ms: number) => Promise<void>;
  /**
   * Runs a callback once what has arrived by now was taken in: at the end of the event
   * loop's turn, where the runtime tells it; else in a microtask.
   */
  readonly soon?: (run: () => void) => void;
  readonly observe?: (event: LaneEvent) => void;
  /** Tells the lane that a wallet belongs to that this one has changed it. */
  readonly tell?: (walletId: string) => void;
}

export interface LaneOptions {
  /** Jobs in one commit. */
  readonly maxBatch: number;
  /**
   * Jobs in one commit while the database takes most of its time, and not the way to it,
   * unless so many are ready that half of them are more: a client asks again when it was
   * answered, and if all were in one commit none would ask while the database works.
   */
  readonly nearBatch: number;
  /** Jobs that wait; one more is refused with `overloaded`. */
  readonly maxQueue: number;
  /** The same where the queue has been that long for `burstMs`, and not half as long since. */
  readonly lastingQueue: number;
  readonly burstMs: number;
  /** Commits under way at once, over disjoint wallets, while the network's round trip dominates. */
  readonly maxCommits: number;
  /** Jobs that must wait for a second commit to leave beside the first one. */
  readonly secondCommitFrom: number;
  readonly maxLoads: number;
  /** How often a stale job is decided again. */
  readonly maxAttempts: number;
  readonly cacheBytes: number;
  /** Whether other lanes leave a wallet to this one. Others' wallets are not remembered. */
  readonly owns: (walletId: string) => boolean;
}

export const defaultLaneOptions: LaneOptions = {
  maxBatch: 256,
  nearBatch: 128,
  maxQueue: 4_096,
  lastingQueue: 1_024,
  burstMs: 500,
  maxCommits: 4,
  secondCommitFrom: 32,
  maxLoads: 2,
  maxAttempts: 30,
  cacheBytes: 48 * 1024 * 1024,
  owns: () => true,
};

/** For metrics; never carries an id. */
export type LaneEvent =
  | { readonly kind: "commit"; readonly jobs: number; readonly ms: number }
  | { readonly kind: "stale" | "retry" | "unknown"; readonly jobs: number }
  | { readonly kind: "wait"; readonly ms: number }
  /** Jobs whose wallets were remembered, and jobs for which something had to be read. */
  | { readonly kind: "lookup"; readonly outcome: "hit" | "miss"; readonly jobs: number }
  | {
      readonly kind: "state";
      readonly waiting: number;
      readonly cacheBytes: number;
      readonly clockOffsetMs: number;
    };
