import type { Ref } from "../store.ts";
import type { WalletCache } from "./cache.ts";
import { partition } from "./partition.ts";
import { takeBatch } from "./take-batch.ts";
import type { Ticket } from "./ticket.ts";

/** Jobs for which something must be read, and what. */
export interface Missing {
  readonly tickets: readonly Ticket[];
  readonly refs: readonly Ref[];
}

/**
 * The jobs that wait in a lane, in order. Each arrival has the lane look at them; so what was
 * seen of them is remembered, and they are looked at again only when it may have changed.
 */
export class JobQueue {
  readonly #cache: WalletCache;
  #tickets: Ticket[] = [];
  /** Jobs, from the front, that are known to need no load, ... */
  #looked = 0;
  /** ... as long as the cache has lost nothing since. */
  #losses = 0;
  /** Jobs whose wallets a commit under way has to be done with first. */
  #passedOver = 0;

  constructor(cache: WalletCache) {
    this.#cache = cache;
  }

  /** Jobs that may be ready to be committed beside what is under way. */
  get ready(): number {
    return this.#tickets.length - this.#passedOver;
  }

  push(ticket: Ticket): void {
    this.#tickets.push(ticket);
  }

  /** To the front: they have waited before. */
  putBack(tickets: readonly Ticket[]): void {
    this.#become([...tickets, ...this.#tickets]);
  }

  remove(which: (ticket: Ticket) => boolean): readonly Ticket[] {
    if (!this.#tickets.some(which)) return [];
    const [removed, rest] = partition(this.#tickets, which);
    this.#become(rest);
    return removed;
  }

  /** Removes what can be committed now, at most so many. */
  takeReady(busy: ReadonlySet<string>, most: number): readonly Ticket[] {
    const walletsOf = (ticket: Ticket) => this.walletsOf(ticket);
    const { taken, rest } = takeBatch(this.#tickets, { walletsOf, busy, most });
    this.#become(rest);
    if (taken.length < most) this.#passedOver = rest.length;
    return taken;
  }

  /** Removes jobs that name what neither the cache has nor a load is bringing. */
  takeMissing(loading: ReadonlySet<string>, mostRefs: number): Missing {
    if (this.#losses !== this.#cache.losses) this.lookAgain();
    this.#losses = this.#cache.losses;
    const refs = new Map<string, Ref>();
    const tickets = new Set<Ticket>();
    for (; this.#looked < this.#tickets.length; this.#looked++) {
      const ticket = this.#tickets[this.#looked] as Ticket;
      if (refs.size >= mostRefs || (ticket.alone && tickets.size > 0)) break;
      if (this.walletsOf(ticket).length > 0) continue;
      const missing = ticket.refs.filter((ref) => !this.#cache.has(ref));
      if (missing.length === 0 || missing.some((ref) => loading.has(ref.id))) continue;
      for (const ref of missing) refs.set(nameOf(ref), ref);
      tickets.add(ticket);
      if (ticket.alone) break;
    }
    if (tickets.size > 0) this.#become(this.#tickets.filter((ticket) => !tickets.has(ticket)));
    return { tickets: [...tickets], refs: [...refs.values()] };
  }

  /** Jobs that waited for what a load was to bring may need one of their own. */
  lookAgain(): void {
    this.#looked = 0;
  }

  /** A commit has ended: wallets are free, and what it was to write may turn out not to be there. */
  commitEnded(): void {
    this.#passedOver = 0;
    this.#looked = 0;
  }

  /** The wallets that a job touches; none while something of it is not in the cache. */
  walletsOf(ticket: Ticket): readonly string[] {
    const { drops } = this.#cache;
    if (ticket.found?.drops === drops) return ticket.found.wallets;
    const wallets: string[] = [];
    let lasting = true;
    for (const ref of ticket.refs) {
      const id = this.#cache.walletOf(ref);
      if (id === undefined) return [];
      wallets.push(id);
      // A payment is also forgotten while its wallet is remembered.
      lasting &&= ref.kind !== "authorization";
    }
    if (lasting) ticket.found = { wallets, drops };
    return wallets;
  }

  #become(tickets: Ticket[]): void {
    this.#tickets = tickets;
    this.#looked = 0;
  }
}

/** Two organizations may name one id at a time: it is there for one of them, and not for the other. */
export const nameOf = ({ organizationId, id }: Pick<Ref, "organizationId" | "id">): string =>
  `${organizationId} ${id}`;
