import type { Job, JobItem, JobResult } from "../../src/domain/wallets/lane/job.ts";
import { Lane } from "../../src/domain/wallets/lane/lane.ts";
import {
  defaultLaneOptions,
  type LaneEvent,
  type LaneOptions,
} from "../../src/domain/wallets/lane/options.ts";
import type { Card } from "../../src/domain/wallets/model/card.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type { CommitAnswer, CommitBatch, LoadAnswer, Ref } from "../../src/domain/wallets/store.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import { MemoryDatabase } from "../simulation/memory-database.ts";
import { turn } from "./turn.ts";
import { aCard, aSecret, aWallet, item, newId, noon } from "./wallet-states.ts";

type Really<Answer> = () => Answer;

/** A lane on a database in memory, by a clock that stands still unless a test moves it. */
export class MemoryLane {
  now = noon;
  /** How far the database's clock is ahead. */
  ahead = 0;
  readonly database = new MemoryDatabase(() => this.now + this.ahead);
  readonly lane: Lane;
  readonly organizationId = newId();
  readonly loads: (readonly Ref[])[] = [];
  readonly commits: CommitBatch[] = [];
  /** Pauses before jobs are tried again. */
  readonly pauses: number[] = [];
  readonly observed: LaneEvent[] = [];
  /** Wallets of which other lanes were told. */
  readonly told: string[] = [];
  /** What the database answers; as it is without them. */
  onLoad: (really: Really<LoadAnswer>, refs: readonly Ref[]) => Promise<LoadAnswer> | LoadAnswer = (
    really,
  ) => really();
  onCommit: (
    really: Really<CommitAnswer>,
    batch: CommitBatch,
  ) => Promise<CommitAnswer> | CommitAnswer = (really) => really();

  constructor(options: Partial<LaneOptions> = {}, soon?: (run: () => void) => void) {
    const ports = {
      ...(soon && { soon }),
      store: {
        load: async (refs: readonly Ref[]) => {
          this.loads.push(refs);
          return this.onLoad(() => this.database.load(refs), refs);
        },
        commit: async (batch: CommitBatch) => {
          this.commits.push(batch);
          return this.onCommit(() => this.database.commit(batch), batch);
        },
      },
      sha256: sha256Hex,
      now: () => this.now,
      random: () => 0.9,
      sleep: async (ms: number) => {
        if (ms !== watchMs) this.pauses.push(ms);
        await turn();
      },
      observe: (event: LaneEvent) => void this.observed.push(event),
      tell: (walletId: string) => void this.told.push(walletId),
    };
    this.lane = new Lane(ports, { ...defaultLaneOptions, ...options });
  }

  wallet(over: Partial<Wallet> = {}): Wallet {
    const wallet = aWallet({ organizationId: this.organizationId, ...over });
    this.database.wallets.set(wallet.id, wallet);
    this.database.logs.set(wallet.id, []);
    return wallet;
  }

  card(wallet: Wallet): Card {
    const card = aCard(wallet);
    this.database.cards.set(card.id, card);
    return card;
  }

  available({ id }: { readonly id: string }): number {
    return Number(this.database.wallets.get(id)?.available);
  }

  job(command: StateCommand, over: Partial<JobItem> = {}, patienceMs = 8_000): Job {
    return {
      organizationId: this.organizationId,
      requestId: newId(),
      deadline: this.now + patienceMs,
      items: [item(command, over)],
    };
  }

  submit(
    command: StateCommand,
    over: Partial<JobItem> = {},
    patienceMs = 8_000,
  ): Promise<JobResult> {
    return this.lane.submit(this.job(command, over, patienceMs));
  }

  /** What was observed of this kind, in order. */
  seen<Kind extends LaneEvent["kind"]>(kind: Kind): Extract<LaneEvent, { kind: Kind }>[] {
    return this.observed.filter(
      (event): event is Extract<LaneEvent, { kind: Kind }> => event.kind === kind,
    );
  }
}

/** How often a lane looks after who waits too long. */
const watchMs = 200;

/** `ok`, or the code of the refusal. */
export const outcome = (result: JobResult): string => (result.ok ? "ok" : result.refusal.code);

/** A number that a card brings, for `create_card`. */
export const numbered = (fingerprint: string) => ({ secret: aSecret(fingerprint) });
