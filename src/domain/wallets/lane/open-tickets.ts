import { keyOf, keyReused } from "./answers.ts";
import type { Job, JobResult } from "./job.ts";
import type { Follower, Ticket } from "./ticket.ts";

/** All jobs that have no answer yet, wherever they are, and who waits for the same one. */
export class OpenTickets {
  readonly #open = new Set<Ticket>();
  readonly #byKey = new Map<string, Ticket>();

  get size(): number {
    return this.#open.size;
  }

  has(ticket: Ticket): boolean {
    return this.#open.has(ticket);
  }

  add(ticket: Ticket): void {
    const key = keyOf(ticket.job);
    if (key !== undefined) this.#byKey.set(key, ticket);
    this.#open.add(ticket);
  }

  /** A job whose key is under way here waits for that one's outcome. */
  follow(follower: Follower): boolean {
    const key = keyOf(follower.job);
    const leader = key === undefined ? undefined : this.#byKey.get(key);
    leader?.followers.push(follower);
    return leader !== undefined;
  }

  overdue(now: number): Ticket[] {
    return [...this.#open].filter((ticket) => ticket.job.deadline <= now);
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
    const key = keyOf(ticket.job);
    if (key !== undefined && this.#byKey.get(key) === ticket) this.#byKey.delete(key);
    return this.#open.delete(ticket);
  }
}
