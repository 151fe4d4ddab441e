import type { Ref } from "../store.ts";
import { keyOf } from "./answers.ts";
import { type Job, type JobResult, refsOfJob } from "./job.ts";
import type { Journey } from "./journey.ts";

/** A job with who is told its answer. */
export interface Follower {
  readonly job: Job;
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: unknown) => void;
}

/** A job that waits for its answer. */
export interface Ticket extends Follower {
  /** What jobs that are one and the same have in common; `undefined` if this one has no such thing. */
  readonly key: string | undefined;
  readonly submittedAt: number;
  readonly journey: Journey | undefined;
  /** What must be at hand to decide it. */
  readonly refs: readonly Ref[];
  /** The wallets of that, as long as the cache has dropped none since. */
  found: { readonly wallets: readonly string[]; readonly drops: number } | undefined;
  /** Where it stands among those without an answer. */
  place: number;
  attempts: number;
  /** Something that it names had to be read. */
  cold: boolean;
  /** A commit of it is under way. */
  sent: boolean;
  /** Some commit of it got no answer. */
  unknown: boolean;
  /** Commit it with nothing else: a statement that it was part of was rejected. */
  alone: boolean;
  /** Jobs with the same key that came while this one was under way: they share its outcome. */
  readonly followers: Follower[];
}

/** A job that has just come. */
export const newTicket = (
  follower: Follower,
  submittedAt: number,
  journey: Journey | undefined,
): Ticket => ({
  ...follower,
  key: keyOf(follower.job),
  submittedAt,
  journey,
  refs: refsOfJob(follower.job),
  found: undefined,
  place: -1,
  attempts: 0,
  cold: false,
  sent: false,
  unknown: false,
  alone: false,
  followers: [],
});
