import type { Job, JobResult } from "../domain/wallets/lane/job.ts";
import type { AnswersSoFar, JobAnswer } from "./job-answers.ts";

/** What a lane answers to a call: what it knows by now, and where the rest is to be had. */
export interface CallAnswer {
  readonly answers: readonly JobAnswer[];
  readonly rest: RestOfCall | undefined;
}

/** A lane's side of a call that is not answered whole; it is kept there until this is disposed of. */
export interface RestOfCall {
  next(): Promise<AnswersSoFar>;
  [Symbol.dispose]?(): void;
}

export interface LaneCallPorts {
  readonly call: (lane: number, jobs: readonly Job[]) => Promise<CallAnswer>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Runs a callback once the requests that have already arrived were seen to. */
  readonly soon: (run: () => void) => void;
  /** Lets work outlive the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
  /** Whether a request may wait for what another one asked. */
  readonly share: boolean;
}

/** A job of many commands goes by itself: what a call may carry has a bound. */
const mostItems = 256;

/** A call that has not left for so long belongs to a request that ended too early. */
const mostDelayMs = 100;

interface Passenger {
  readonly job: Job;
  readonly land: (result: JobResult) => void;
  readonly fail: (error: unknown) => void;
}

interface Gathering {
  readonly passengers: Passenger[];
  readonly since: number;
  items: number;
}

/**
 * Lets jobs of different requests share a call of their lane: a call takes an edge and
 * its lane a quarter of a payment's time. One that finds no call to its lane under way leaves at
 * once; those that come while one is leave together, a turn of the event loop at a time.
 *
 * A call belongs to the request that makes it, and carries others' jobs. So it goes on when
 * that request is cancelled (`keep`). What each job may wait for its answer, its own request
 * has to see to.
 */
export class LaneCalls {
  readonly #ports: LaneCallPorts;
  /** By lane. */
  readonly #gatherings = new Map<number, Gathering>();
  readonly #underWay = new Map<number, number>();

  constructor(ports: LaneCallPorts) {
    this.#ports = ports;
  }

  submit(lane: number, job: Job): Promise<JobResult> {
    return new Promise((land, fail) => {
      const passenger = { job, land, fail };
      if (this.#join(lane, passenger)) return;
      if (!this.#ports.share || this.#isIdle(lane)) {
        this.#ports.keep(this.#fly(lane, [passenger]));
        return;
      }
      const gathering = {
        passengers: [passenger],
        since: this.#ports.now(),
        items: job.items.length,
      };
      this.#gatherings.set(lane, gathering);
      this.#ports.keep(this.#gather(lane, gathering));
    });
  }

  #isIdle(lane: number): boolean {
    return (this.#underWay.get(lane) ?? 0) === 0;
  }

  #join(lane: number, passenger: Passenger): boolean {
    const gathering = this.#gatherings.get(lane);
    if (!gathering || this.#ports.now() - gathering.since > mostDelayMs) return false;
    const items = gathering.items + passenger.job.items.length;
    if (items > mostItems) return false;
    gathering.items = items;
    gathering.passengers.push(passenger);
    return true;
  }

  async #gather(lane: number, gathering: Gathering): Promise<void> {
    await new Promise<void>((leave) => this.#ports.soon(leave));
    if (this.#gatherings.get(lane) === gathering) this.#gatherings.delete(lane);
    await this.#fly(lane, gathering.passengers);
  }

  /** Never rejects: each passenger hears what became of it. */
  async #fly(lane: number, passengers: readonly Passenger[]): Promise<void> {
    this.#underWay.set(lane, (this.#underWay.get(lane) ?? 0) + 1);
    try {
      const answered = await this.#call(lane, passengers);
      if (answered < passengers.length) {
        throw new Error("the lane did not answer for every job");
      }
    } catch (error) {
      // Whoever has landed is deaf to this.
      for (const { fail } of passengers) fail(error);
    } finally {
      this.#underWay.set(lane, (this.#underWay.get(lane) ?? 1) - 1);
    }
  }

  /** For how many the lane answered. */
  async #call(lane: number, passengers: readonly Passenger[]): Promise<number> {
    const jobs = passengers.map(({ job }) => job);
    const { answers, rest } = await this.#ports.call(lane, jobs);
    let answered = tell(passengers, answers);
    if (!rest) return answered;
    try {
      for (let more = true; more; ) {
        const next = await rest.next();
        answered += tell(passengers, next.answers);
        more = next.more;
      }
    } finally {
      rest[Symbol.dispose]?.();
    }
    return answered;
  }
}

const tell = (passengers: readonly Passenger[], answers: readonly JobAnswer[]): number => {
  for (const answer of answers) {
    const passenger = passengers[answer.at];
    if ("result" in answer) passenger?.land(answer.result);
    else passenger?.fail(new Error("the lane failed"));
  }
  return answers.length;
};
