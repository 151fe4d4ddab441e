import { type Refused, refuse, refusedAt } from "../../result.ts";
import type { CommittedEvent, Ref } from "../store.ts";
import { type Job, type JobItem, type JobResult, receiverOf, refsOf, subjectOf } from "./job.ts";
import type { Ticket } from "./ticket.ts";

/** What jobs are told that were not decided, or that were decided before. */

/** Names a job's key in its log. Jobs of several commands do not share outcomes in the queue. */
export const keyOf = (job: Job): string | undefined => {
  const [item, ...others] = job.items;
  if (!item || others.length > 0) return undefined;
  const subject = subjectOf(job.organizationId, item.command);
  return `${job.organizationId} ${subject.kind} ${subject.id} ${item.key}`;
};

export const usedKey = (event: CommittedEvent): string => `${event.walletId} ${event.commandKey}`;

/** What an earlier request with the same keys was answered; `undefined` if the keys are new. */
export const storedOutcome = (
  { job, unknown }: Ticket,
  used: ReadonlyMap<string, CommittedEvent>,
  walletIds: readonly string[],
): JobResult | undefined => {
  const events = job.items.map((item, index) => used.get(`${walletIds[index]} ${item.key}`));
  if (events.every((event) => event === undefined)) return undefined;
  const same = events.every(
    (event, index) => event && event.fingerprint === job.items[index]?.fingerprint,
  );
  if (!same) return keyReused();
  // A commit of this very request that got no answer is not a repeat of it; and nobody
  // else has a key that was minted for it.
  const own = job.items.every(
    ({ fingerprint }, index) =>
      fingerprint === null || (unknown && events[index]?.requestId === job.requestId),
  );
  const value = events.filter((event) => event !== undefined);
  return own ? { ok: true, value } : { ok: true, value, replayed: true };
};

/**
 * Where a request named its subject only its verb knows, unless it is one of several; the
 * receiver it can only have named in the body.
 */
export const notFound = (job: Job, isAbsent: (ref: Ref) => boolean): Refused => {
  const item = job.items.find(({ command }) => refsOf(job.organizationId, command).some(isAbsent));
  const ref = item && refsOf(job.organizationId, item.command).find(isAbsent);
  const kind = ref?.kind ?? "wallet";
  const detail = `There is no such ${kind}.`;
  const field = item && fieldOf(item, ref?.id);
  if (field === undefined) return refuse("not_found", detail);
  const refused = refuse("not_found", detail, [{ pointer: field, detail: `names no ${kind}` }]);
  return item?.at === undefined ? refused : refusedAt(refused, item.at);
};

/** The member of a request's body that names this; of a subject only where the path cannot name it. */
const fieldOf = ({ command, at }: JobItem, id: string | undefined): string | undefined => {
  if (receiverOf(command) === id) {
    return command.kind === "close_wallet" ? "/sweepTo" : "/toWalletId";
  }
  if (at === undefined) return undefined;
  return command.kind === "transfer" ? "/fromWalletId" : "/cardId";
};

export const outcomeUnknown = (): Refused =>
  refuse("outcome_unknown", "The database did not answer; repeat with the same key.");

export const keyReused = (): Refused =>
  refuse("idempotency_key_reused", "This key was used with another request.");

export const numberTaken = (): Refused =>
  refuse("card_number_taken", "Another card of the organization has this number.", [
    { pointer: "/number", detail: "is the number of another card" },
  ]);

export const overloaded = (detail: string): Refused => refuse("overloaded", detail);
