import type { Refused } from "../../result.ts";
import type { Sha256 } from "../log/chain.ts";
import type { CommitGroup, CommittedEvent } from "../store.ts";
import type { WalletCache } from "./cache.ts";
import type { Job } from "./job.ts";
import { decideJob, Workbench } from "./workbench.ts";

/** Holds once its group is accepted: a refusal too is only true of the versions it was decided on. */
export type Outcome = { readonly ok: true; readonly events: readonly CommittedEvent[] } | Refused;

export interface PlannedDecision<Ticket> {
  readonly ticket: Ticket;
  readonly outcome: Outcome;
  /** In whose log each of its commands is. */
  readonly walletIds: readonly string[];
}

/** Wallets to be committed together, and what each of their jobs is told if they are. */
export interface PlannedGroup<Ticket> {
  readonly commit: CommitGroup;
  readonly decisions: PlannedDecision<Ticket>[];
}

/**
 * Decides jobs one after the other, each on the state that the ones before it leave, and
 * ties the wallets that one job touches into a group. All that the jobs name must be in
 * the cache.
 */
export const plan = <Ticket extends { readonly job: Job }>(
  tickets: readonly Ticket[],
  cache: WalletCache,
  clock: number,
  sha256: Sha256,
): PlannedGroup<Ticket>[] => {
  const bench = new Workbench(cache);
  const decided = tickets.map((ticket) => decideJob(ticket.job, bench, clock, sha256));
  const groupOf = new Map<Job, PlannedGroup<Ticket>>();
  const groups = bench.groups().map(({ commit, jobs }) => {
    const group: PlannedGroup<Ticket> = { commit, decisions: [] };
    for (const job of jobs) groupOf.set(job, group);
    return group;
  });
  tickets.forEach((ticket, index) => {
    const decision = decided[index];
    if (decision) groupOf.get(ticket.job)?.decisions.push({ ticket, ...decision });
  });
  return groups;
};
