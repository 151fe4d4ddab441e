import { keyReused } from "./answers.ts";
import type { Job, JobResult } from "./job.ts";
import type { Follower, Ticket } from "./ticket.ts";

/**
 * All jobs that have no answer yet, wherever they are, and who waits for the same one.
 *
 * They stand in places, and a key leads to a place, not to a job: what a map or set has
 * forgotten still hangs on a table that it has outgrown, and the collector, which looks through
 * old tables seldom, would take each finished request with all that it held for alive.
 */
export class OpenTickets {
  readonly #places: (Ticket | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #byKey = new Map<string, number>();

  get size(): number {
    return this.#places.length - this.#free.length;
  }

  has(ticket: Ticket): boolean {
    return this.#places[ticket.place] === ticket;
  }

  add(ticket: Ticket): void {
    ticket.place = this.#free.pop() ?? this.#places.length;
    this.#places[ticket.place] = ticket;
    if (ticket.key !== undefined) this.#byKey.set(ticket.key, ticket.place);
  }

  /** A job whose key is under way here waits for that one's outcome. */
  follow(ticket: Ticket): boolean {
    const place = ticket.key === undefined ? undefined : this.#byKey.get(ticket.key);
    const leader = place === undefined ? undefined : this.#places[place];
    leader?.followers.push(ticket);
    return leader !== undefined;
  }

  overdue(now: number): Ticket[] {
    return this.#places.filter(
      (ticket): ticket is Ticket => ticket !== undefined && ticket.job.deadline <= now,
    );
  }

  /** Answers a job, once, and those who wait with it; `resubmit` takes who must not. */
  answer(
    ticket: Ticket,
    result: JobResult,
    resubmit: (job: Job) => Promise<JobResult>,
  ): readonly Follower[] {
    if (!this.#close(ticket)) return [];
    ticket.resolve(result);
    for (const { job, resolve, reject } of ticket.followers) {
      const sameRequest = job.items[0]?.fingerprint === ticket.job.items[0]?.fingerprint;
      if (sameRequest) resolve(result.ok ? { ...result, replayed: true } : result);
      // A refusal leaves the key free for another request.
      else if (result.ok) resolve(keyReused());
      else resubmit(job).then(resolve, reject);
    }
    return ticket.followers;
  }

  /** Fails a job that the rules or the store could not take, a bug, with those who wait with it. */
  fail(ticket: Ticket, error: unknown): readonly Follower[] {
    if (!this.#close(ticket)) return [];
    for (const { reject } of [ticket, ...ticket.followers]) reject(error);
    return ticket.followers;
  }

  #close(ticket: Ticket): boolean {
    if (!this.has(ticket)) return false;
    this.#places[ticket.place] = undefined;
    this.#free.push(ticket.place);
    if (ticket.key !== undefined) this.#byKey.delete(ticket.key);
    return true;
  }
}
