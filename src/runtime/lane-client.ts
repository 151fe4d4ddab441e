import { type Refused, refuse } from "../domain/result.ts";
import type { CommandLane, Job, JobResult } from "../domain/wallets/lane/job.ts";
import type { Config } from "./config.ts";
import { laneName, laneOf, laneOfJob } from "./lane-route.ts";
import { type Alarm, onTimer, withTimeout } from "./timeout.ts";

/** What a lane's Durable Object answers to. */
export interface LaneStub {
  submit(lane: number, job: Job): Promise<JobResult>;
  forget(walletId: string): Promise<void>;
}

export interface LaneNamespace {
  idFromName(name: string): unknown;
  get(id: unknown, options?: { readonly locationHint?: string }): LaneStub;
}

/** The edge's clock and alarm; the simulator has others. */
export interface EdgeTime {
  readonly now: () => number;
  readonly alarm: Alarm;
}

const realTime: EdgeTime = { now: Date.now, alarm: onTimer };

/** How long after a job's deadline its lane may still answer. */
const graceMs = 2_000;

/** Sends each job to its lane. Stubs belong to the request that asks, so each call gets its own. */
export const createLaneClient = (
  namespace: LaneNamespace,
  lanes: Config["lanes"],
  { now, alarm }: EdgeTime = realTime,
): CommandLane & { forget(walletId: string): Promise<void> } => {
  const stub = (lane: number): LaneStub =>
    namespace.get(
      namespace.idFromName(laneName(lane, lanes)),
      lanes.region ? { locationHint: lanes.region } : undefined,
    );
  const attempt = async (job: Job, tries: number): Promise<JobResult> => {
    const lane = laneOfJob(job, lanes.count);
    try {
      const patience = job.deadline + graceMs - now();
      const result = await withTimeout(stub(lane).submit(lane, job), patience, alarm);
      // What was refused now may still be done by a commit of the lane that was reset.
      return tries > 1 && !result.ok ? notHeard() : result;
    } catch (error) {
      const { retryable, overloaded } = (error ?? {}) as LaneFailure;
      if (overloaded && tries === 1) {
        return refuse("overloaded", "The wallet's lane takes no more now.");
      }
      // A deploy resets objects. The job keeps its keys, so a second try cannot act twice.
      if (retryable && tries < 3 && now() < job.deadline) return attempt(job, tries + 1);
      return notHeard();
    }
  };
  return {
    submit: (job) => attempt(job, 1),
    forget: (walletId) => stub(laneOf(walletId, lanes.count)).forget(walletId),
  };
};

const notHeard = (): Refused =>
  refuse("outcome_unknown", "The wallet's lane did not answer; repeat with the same key.");

/** The runtime marks errors of a Durable Object's call with these. */
interface LaneFailure {
  readonly retryable?: boolean;
  readonly overloaded?: boolean;
}
