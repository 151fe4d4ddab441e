import type { Ticket } from "./ticket.ts";

export interface BatchLimits {
  /** The wallets that a job touches; none while something of it must be loaded. */
  readonly walletsOf: (ticket: Ticket) => readonly string[];
  /** Wallets that a commit is under way on. */
  readonly busy: ReadonlySet<string>;
  readonly most: number;
}

/**
 * Takes what can be committed together now, in order. A job that must wait keeps later
 * jobs on its wallets waiting too, so that none overtakes it.
 */
export const takeBatch = (
  queue: readonly Ticket[],
  limits: BatchLimits,
): { readonly taken: Ticket[]; readonly rest: Ticket[] } => {
  const taken: Ticket[] = [];
  const rest: Ticket[] = [];
  const batch = new Batch(limits.busy);
  for (const ticket of queue) {
    const wallets = taken.length < limits.most ? limits.walletsOf(ticket) : [];
    if (wallets.length > 0 && batch.takes(ticket, wallets)) {
      taken.push(ticket);
    } else {
      batch.block(wallets);
      rest.push(ticket);
    }
  }
  return { taken, rest };
};

class Batch {
  readonly #blocked: Set<string>;
  /** Whether a wallet's jobs in this batch have been tried before. */
  readonly #retried = new Map<string, boolean>();
  readonly #keys = new Set<string>();
  #alone = false;

  constructor(busy: ReadonlySet<string>) {
    this.#blocked = new Set(busy);
  }

  /** Takes a job in, if it can be committed with what is there already. */
  takes(ticket: Ticket, wallets: readonly string[]): boolean {
    if (this.#alone || (ticket.alone && this.#retried.size > 0)) return false;
    if (wallets.some((id) => this.#blocked.has(id))) return false;
    // Tried jobs have had their keys checked. A fresh one beside them may bring a used
    // key, and with it refuse the group again and again.
    const isRetry = ticket.attempts > 0;
    if (wallets.some((id) => (this.#retried.get(id) ?? isRetry) !== isRetry)) return false;
    // A wallet's key can be written once; the second job with it finds it used.
    const keys = keysOf(ticket, wallets);
    if (keys.some((key) => this.#keys.has(key))) return false;
    this.#alone = ticket.alone;
    for (const id of wallets) this.#retried.set(id, isRetry);
    for (const key of keys) this.#keys.add(key);
    return true;
  }

  block(wallets: readonly string[]): void {
    for (const id of wallets) this.#blocked.add(id);
  }
}

const keysOf = (ticket: Ticket, wallets: readonly string[]): string[] =>
  ticket.job.items.flatMap(({ key }) => wallets.map((id) => `${id} ${key}`));
