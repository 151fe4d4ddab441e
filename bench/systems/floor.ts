import type { Database, Statement } from "../../src/db/database.ts";
import { commitStatement } from "../../src/db/wallets/commit.ts";
import { createWalletStore } from "../../src/db/wallets/wallet-store.ts";
import type { Actor } from "../../src/domain/actor.ts";
import { WalletCache } from "../../src/domain/wallets/lane/cache.ts";
import type { Job } from "../../src/domain/wallets/lane/job.ts";
import { plan } from "../../src/domain/wallets/lane/plan.ts";
import type { CommitGroup } from "../../src/domain/wallets/store.ts";
import {
  authorizeCommand,
  type NewAuthorization,
} from "../../src/domain/wallets/verbs/authorize.ts";
import { keyed } from "../../src/domain/wallets/verbs/command.ts";
import { createIds } from "../../src/runtime/ids.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";

/** As many as a lane puts into one commit. */
export const batchSize = 256;

/** Batches are made long before they are sent. */
const patienceMs = 3_600_000;

const cacheBytes = 256 * 1024 * 1024;

export interface PlannedBatch {
  /** How many groups of wallets it has; nothing else is kept of them, since many batches wait. */
  readonly groups: number;
  readonly statement: Statement;
}

/**
 * Full batches of payments, decided by the real rules, each on what the one before it
 * leaves, and written by the real commit statement: what the database can do when nobody
 * is in its way. Without HTTP, queue or retries, so it is for wallets that nobody else
 * changes.
 */
export class Floor {
  readonly #database: Database;
  readonly #actor: Actor;
  readonly #payments: readonly NewAuthorization[];
  readonly #cache = new WalletCache(cacheBytes, () => false);
  readonly #ids = createIds();
  #next = 0;

  /** Batches take the payments in turn; they must not name a card of a wallet unknown to `load`. */
  constructor(database: Database, actor: Actor, payments: readonly NewAuthorization[]) {
    this.#database = database;
    this.#actor = actor;
    this.#payments = payments;
  }

  /** Reads all wallets and cards that the payments touch, as they are now. */
  async load(): Promise<void> {
    const store = createWalletStore(this.#database);
    const { organizationId } = this.#actor;
    const cards = [...new Set(this.#payments.map(({ cardId }) => cardId))];
    for (let at = 0; at < cards.length; at += batchSize) {
      const refs = cards
        .slice(at, at + batchSize)
        .map((id) => ({ kind: "card", organizationId, id }) as const);
      const answer = await store.load(refs);
      if (answer.kind !== "loaded") throw new Error(`the load was ${answer.kind}`);
      this.#cache.learn(answer.wallets, answer.cards);
    }
  }

  /** The next batch; what comes after it is decided on what it will have left. */
  plan(): PlannedBatch {
    const now = Date.now();
    const tickets = Array.from({ length: batchSize }, () => ({ job: this.#job(now) }));
    const groups = plan(tickets, this.#cache, now, sha256Hex).map(({ commit }) => commit);
    for (const group of groups) this.#leave(group);
    this.#cache.trim();
    return {
      groups: groups.length,
      statement: commitStatement({ groups, deadline: now + patienceMs }),
    };
  }

  /** Sends a batch, and insists that all of it was committed. */
  async commit({ groups, statement }: PlannedBatch): Promise<void> {
    const [answer] = await this.#database.run(statement);
    const accepted = (answer?.["accepted"] ?? []) as readonly number[];
    if (accepted.length < groups) {
      throw new Error(`${groups - accepted.length} of ${groups} groups were refused`);
    }
  }

  #job(now: number): Job {
    const input = this.#payments[this.#next++ % this.#payments.length];
    if (!input) throw new Error("there is no payment to make");
    const ports = { ids: this.#ids };
    const command = authorizeCommand(ports, this.#actor, input);
    const { organizationId, requestId } = this.#actor;
    const items = [keyed({ ...ports, lane: noLane, now: Date.now }, this.#actor, command)];
    return { organizationId, requestId, deadline: now + patienceMs, items };
  }

  #leave({ wallets, cards, authorizations }: CommitGroup): void {
    for (const { after } of wallets) {
      const own = <Part extends { readonly walletId: string }>(
        changes: readonly { readonly after: Part }[],
      ) => changes.map((change) => change.after).filter(({ walletId }) => walletId === after.id);
      this.#cache.committed(after, own(cards), own(authorizations));
    }
  }
}

const noLane = { submit: () => Promise.reject(new Error("the floor has no lane")) };
