import { expect } from "vitest";
import type { Job } from "../../src/domain/wallets/lane/job.ts";
import { genesisHash, seal } from "../../src/domain/wallets/log/chain.ts";
import type { OpenWallet } from "../../src/domain/wallets/model/command.ts";
import { noControls } from "../../src/domain/wallets/model/controls.ts";
import type { WalletEvent } from "../../src/domain/wallets/model/event.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import type { WalletOwnership } from "../../src/domain/wallets/ports.ts";
import { openedWallet } from "../../src/domain/wallets/rules/apply.ts";
import { rulesVersion, type StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import { noLimits } from "../../src/domain/wallets/rules/limits.ts";
import { openWallet } from "../../src/domain/wallets/rules/wallet-lifecycle.ts";
import type {
  CommitAnswer,
  CommitGroup,
  GroupOutcome,
  Ref,
  WalletStore,
} from "../../src/domain/wallets/store.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import { eventsOf, item, newId } from "../support/wallet-states.ts";
import { decided, loadedFrom } from "../support/wallets.ts";
import { MemoryDatabase } from "./memory-database.ts";
import { memoryOwnership } from "./memory-ports.ts";

/** A store, and the way in which its wallets come to be. */
export interface Subject {
  readonly store: WalletStore;
  readonly ownership: Pick<WalletOwnership, "open">;
}

/** The simulator's store on the real clock. */
export const inMemory = (database = new MemoryDatabase(Date.now)): Subject => ({
  store: {
    load: async (refs) => database.load(refs),
    commit: async (batch) => database.commit(batch),
  },
  ownership: memoryOwnership(database, new Map()),
});

/**
 * Stores that are told the same and must answer the same: everything is done to all of
 * them, and each answer is held against the first one's.
 */
export class ConformingStores {
  readonly organizationId = newId();
  /** The requests' time; the stores' clocks are behind it at most by what a test takes. */
  readonly now = Date.now();
  readonly #subjects: readonly Subject[];
  /** Of everything that was written, to be looked at after each commit. */
  readonly #refs = new Map<string, Ref>();

  constructor(subjects: readonly Subject[]) {
    this.#subjects = subjects;
  }

  async wallet(over: Partial<OpenWallet> = {}): Promise<Wallet> {
    const command = openingCommand(over);
    const [draft] = eventsOf(openWallet(command, this.now));
    if (draft?.type !== "wallet.created") throw new Error("a wallet is created");
    const { organizationId, now: at } = this;
    const event: WalletEvent = { ...draft, sequence: 1, at, rulesVersion, command };
    const cause = { organizationId, requestId: newId(), commandKey: null, fingerprint: null };
    const created = seal(event, cause, genesisHash, sha256Hex);
    const wallet = { ...openedWallet(organizationId, draft.data, at), headHash: created.hash };
    for (const { ownership } of this.#subjects) {
      const made = await ownership.open(wallet, draft.data.wallet, created, undefined);
      expect(made.outcome).toBe("created");
    }
    this.#refs.set(wallet.id, { kind: "wallet", organizationId, id: wallet.id });
    return wallet;
  }

  job(...commands: readonly StateCommand[]): Job {
    const { organizationId, now } = this;
    const items = commands.map((command) => item(command));
    return { organizationId, requestId: newId(), deadline: now + 8_000, items };
  }

  /** Decides jobs on what the stores have, as a lane does. */
  decide(jobs: readonly Job[], clock = this.now): Promise<readonly CommitGroup[]> {
    return decided(this.#first.store, jobs, clock);
  }

  /** Commits the same groups everywhere; all that is stored is looked at before and after. */
  async commit(
    groups: readonly CommitGroup[],
    deadline = Date.now() + 8_000,
  ): Promise<CommitAnswer> {
    for (const { wallets, cards, authorizations } of groups) {
      this.#note("wallet", wallets);
      this.#note("card", cards);
      this.#note("authorization", authorizations);
    }
    const answers: CommitAnswer[] = [];
    for (const { store } of this.#subjects) answers.push(await store.commit({ groups, deadline }));
    const [first, ...others] = answers.map(comparable);
    for (const other of others) expect(other).toEqual(first);
    await this.look();
    return answers[0] as CommitAnswer;
  }

  /** The outcome of each group; fails if the statement was rejected. */
  async outcomes(
    groups: readonly CommitGroup[],
    deadline?: number,
  ): Promise<readonly GroupOutcome[]> {
    const answer = await this.commit(groups, deadline);
    if (answer.kind !== "answered") throw new Error(`the commit was ${answer.kind}`);
    return answer.outcomes;
  }

  /** Decides and commits, which must be accepted. */
  async do(...commands: readonly StateCommand[]): Promise<void> {
    const jobs = commands.map((command) => this.job(command));
    for (const outcome of await this.outcomes(await this.decide(jobs))) {
      expect(outcome.verdict).toBe("committed");
    }
  }

  /** Loads the same everywhere. */
  async look(refs: readonly Ref[] = [...this.#refs.values()]) {
    const loads = await Promise.all(
      this.#subjects.map(async ({ store }) => {
        const { wallets, cards, authorizations, databaseTime } = await loadedFrom(store, refs);
        expect(Math.abs(databaseTime - Date.now())).toBeLessThan(2_000);
        return { wallets: byId(wallets), cards: byId(cards), payments: byId(authorizations) };
      }),
    );
    const [first, ...others] = loads;
    for (const other of others) expect(other).toEqual(first);
    if (!first) throw new Error("there is no store");
    return first;
  }

  get #first(): Subject {
    const [first] = this.#subjects;
    if (!first) throw new Error("there is no store");
    return first;
  }

  #note(kind: Ref["kind"], changes: CommitGroup["wallets" | "cards" | "authorizations"]): void {
    const { organizationId } = this;
    for (const { after } of changes) {
      this.#refs.set(after.id, { kind, organizationId, id: after.id });
    }
  }
}

/** What answers must agree on: not how long they took, how transactions are numbered, nor the words of an error. */
export const comparable = (answer: CommitAnswer) =>
  answer.kind === "answered"
    ? { ...answer, transaction: "", databaseTime: 0, executionMs: 0 }
    : { kind: answer.kind, retry: answer.kind === "rejected" ? answer.retry : null };

const byId = <T extends { readonly id: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((one, other) => (one.id < other.id ? -1 : 1));

const openingCommand = (over: Partial<OpenWallet>): OpenWallet => ({
  kind: "open_wallet",
  walletId: newId(),
  teamId: newId(),
  userId: null,
  name: "Travel",
  currency: "EUR",
  timezone: "UTC",
  limits: noLimits,
  smallestLimit: 0,
  controls: noControls,
  metadata: {},
  lowBalanceThreshold: null,
  ...over,
});
