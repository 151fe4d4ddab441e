import { type Refused, refuse } from "../domain/result.ts";
import type { CommandLane, Job, JobResult } from "../domain/wallets/lane/job.ts";
import type { Config } from "./config.ts";
import { type CallAnswer, type LaneCallPorts, LaneCalls } from "./lane-calls.ts";
import { laneName, laneOfJob } from "./lane-route.ts";
import { type Alarm, withTimeout } from "./timeout.ts";

/** What a lane's Durable Object answers to. */
export interface LaneStub {
  submit(lane: number, jobs: readonly Job[]): Promise<CallAnswer>;
  forget(walletId: string): Promise<void>;
}

export interface LaneNamespace {
  idFromName(name: string): unknown;
  get(id: unknown, options?: { readonly locationHint?: string }): LaneStub;
}

/** What an edge needs besides its lanes; the simulator has others. */
export interface EdgePorts extends Omit<LaneCallPorts, "call"> {
  readonly alarm: Alarm;
}

/** How long after a job's deadline its lane may still answer. */
const graceMs = 2_000;

/** The lanes by number. A stub belongs to the request that asks, so each call gets its own. */
export const lanesIn =
  (namespace: LaneNamespace, lanes: Config["lanes"]) =>
  (lane: number): LaneStub =>
    namespace.get(
      namespace.idFromName(laneName(lane, lanes)),
      lanes.region ? { locationHint: lanes.region } : undefined,
    );

/** Sends each job to its lane, and tries again where that cannot act twice. */
export const createLaneClient = (
  namespace: LaneNamespace,
  lanes: Config["lanes"],
  ports: EdgePorts,
): CommandLane => {
  const { now, alarm } = ports;
  const laneAt = lanesIn(namespace, lanes);
  const calls = new LaneCalls({ ...ports, call: (lane, jobs) => laneAt(lane).submit(lane, jobs) });
  const attempt = async (job: Job, tries: number): Promise<JobResult> => {
    const lane = laneOfJob(job, lanes.count);
    try {
      const patience = job.deadline + graceMs - now();
      const result = await withTimeout(calls.submit(lane, job), patience, alarm);
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
  return { submit: (job) => attempt(job, 1) };
};

const notHeard = (): Refused =>
  refuse("outcome_unknown", "The wallet's lane did not answer; repeat with the same key.");

/** The runtime marks errors of a Durable Object's call with these. */
interface LaneFailure {
  readonly retryable?: boolean;
  readonly overloaded?: boolean;
}
