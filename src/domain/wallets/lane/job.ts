import type { Refused, Success } from "../../result.ts";
import type { StateCommand } from "../rules/decide.ts";
import type { CardSecret, CommittedEvent, Ref } from "../store.ts";
import type { LaneStep } from "./journey.ts";

/** Commands that are committed together or not at all, usually one. Plain data: jobs travel to lanes. */
export interface Job {
  readonly organizationId: string;
  readonly requestId: string;
  /** Epoch milliseconds: an answer is wanted by then. */
  readonly deadline: number;
  readonly items: readonly JobItem[];
  /** Tell with the answer what the job went through. */
  readonly tellSteps?: boolean;
}

export interface JobItem {
  readonly command: StateCommand;
  /** The client's idempotency key, or one minted at the edge before anything was sent on. */
  readonly key: string;
  /** `null` with a minted key. */
  readonly fingerprint: string | null;
  /** With `create_card`. */
  readonly secret?: CardSecret;
  /** Where the request has it, if it is one of several: a JSON pointer for what is wrong with it. */
  readonly at?: string;
}

/** The event that each command of the job caused, in order; or why nothing changed. */
export type JobResult = (Success<readonly CommittedEvent[]> | Refused) & {
  /** What the job went through, if it asked for that. */
  readonly steps?: readonly LaneStep[];
};

export interface CommandLane {
  submit(job: Job): Promise<JobResult>;
}

/** What a command names: the wallet to whose log it is written, or a card or payment of it. */
export const subjectOf = (organizationId: string, command: StateCommand): Ref => {
  if ("walletId" in command) return { kind: "wallet", organizationId, id: command.walletId };
  if ("authorizationId" in command) {
    return { kind: "authorization", organizationId, id: command.authorizationId };
  }
  return { kind: "card", organizationId, id: command.cardId };
};

/** The second wallet that a command changes, if it does. */
export const receiverOf = (command: StateCommand): string | null =>
  command.kind === "transfer" || command.kind === "close_wallet" ? command.toWalletId : null;

/** Everything that must be loaded before a command can be decided. */
export const refsOf = (organizationId: string, command: StateCommand): Ref[] => {
  const subject = subjectOf(organizationId, command);
  const receiver = receiverOf(command);
  return receiver === null
    ? [subject]
    : [subject, { kind: "wallet", organizationId, id: receiver }];
};

export const refsOfJob = (job: Job): Ref[] =>
  job.items.flatMap((item) => refsOf(job.organizationId, item.command));
