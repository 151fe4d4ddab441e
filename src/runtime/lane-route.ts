import { laneKeyOf } from "../domain/ids.ts";
import { type Job, subjectOf } from "../domain/wallets/lane/job.ts";

/** The lane of a wallet, card or authorization, from its id alone. */
export const laneOf = (id: string, lanes: number): number => laneKeyOf(id) % lanes;

/** A job goes to the lane of its first command's wallet: a transfer to the sender's. */
export const laneOfJob = (job: Job, lanes: number): number => {
  const [item] = job.items;
  if (!item) throw new Error("a job has at least one command");
  return laneOf(subjectOf(job.organizationId, item.command).id, lanes);
};

/**
 * A lane's object by name. Where an object lives is fixed when it is first called, so
 * another region needs another name: a new generation.
 */
export const laneName = (
  lane: number,
  { region, generation }: { readonly region: string | undefined; readonly generation: number },
): string => `lane-${generation}-${region ?? "any"}-${lane}`;
