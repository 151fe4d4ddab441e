import type { CommandLane, Job, JobResult } from "../../src/domain/wallets/lane/job.ts";
import type { LaneEvent, LaneOptions } from "../../src/domain/wallets/lane/options.ts";
import { type AnswersSoFar, JobAnswers } from "../../src/runtime/job-answers.ts";
import type { CallAnswer } from "../../src/runtime/lane-calls.ts";
import { createLaneClient, type LaneNamespace, lanesIn } from "../../src/runtime/lane-client.ts";
import { laneName, laneOf } from "../../src/runtime/lane-route.ts";
import { type HostPorts, LaneCrashed, LaneHost } from "./lane-host.ts";
import type { Random } from "./random.ts";
import { Skew } from "./skew.ts";
import type { DatabaseNetwork } from "./statements.ts";

/** An edge node: the lane that it hands jobs to, and its clock. */
export interface Edge {
  readonly name: string;
  readonly now: () => number;
  readonly lane: CommandLane;
  /** Of a process: its lane ends with it, and so do the requests that it serves. */
  readonly process: LaneHost | undefined;
  readonly skew: Skew;
}

export interface TopologyPorts {
  readonly network: DatabaseNetwork;
  readonly random: Random;
  readonly observe: (event: LaneEvent) => void;
  readonly crashed: (error: unknown) => void;
  readonly reached: (job: Job, lane: string) => void;
}

/** A lane's side of a call. */
type LaneAnswers = Pick<JobAnswers, "next">;

/** The lanes of a world and the edges that call them, as its profile wants them. */
export class Topology {
  readonly edges: readonly Edge[];
  readonly hosts = new Map<string, LaneHost>();
  readonly #ports: TopologyPorts;
  /** How often each message was sent: a repeat is another one, with other faults. */
  readonly #sent = new Map<string, number>();

  constructor(ports: TopologyPorts) {
    this.#ports = ports;
    const { profile } = ports.network;
    this.edges = profile.edges.map((_, index) =>
      profile.topology === "processes" ? this.#process(index) : this.#node(index),
    );
  }

  /** A process that takes requests and decides them itself, for all wallets. */
  #process(index: number): Edge {
    const host = this.#host(`process-${index}`, () => true);
    const submit = (job: Job): Promise<JobResult> =>
      new Promise((resolve) => {
        host.submit(job, resolve, (error) => this.#ended(error));
      });
    return {
      name: host.name,
      now: host.now,
      lane: { submit },
      process: host,
      skew: host.skew,
    };
  }

  /** A node near the client, which finds a wallet's lane by its id. */
  #node(index: number): Edge {
    const { network } = this.#ports;
    const { schedule, profile } = network;
    const { lanes: count, generation } = profile.edges[index] ?? { lanes: 1, generation: 1 };
    const now = () => Math.floor(schedule.now + edge.skew.ms);
    const turns = this.#ports.random.fork(`turns of edge-${index}`);
    // From edges that do nothing else to those on which a turn takes longer than most calls.
    const longestTurnMs = turns.pick([0, 5, 50]);
    const alarm = (ms: number, ring: () => void) => {
      const planned = schedule.after(ms, `edge-${index} gives up`, ring);
      return () => {
        planned.cancelled = true;
      };
    };
    const lane = createLaneClient(
      this.#namespace(count, generation),
      { count, region: undefined, generation },
      {
        now,
        alarm,
        soon: (run) =>
          void schedule.after(turns.between(0, longestTurnMs), `edge-${index} calls`, run),
        keep: () => {},
        share: true,
      },
    );
    const edge: Edge = {
      name: `edge-${index}`,
      now,
      lane,
      process: undefined,
      skew: this.#skew(`edge-${index}`),
    };
    return edge;
  }

  #namespace(count: number, generation: number): LaneNamespace {
    return {
      idFromName: (name) => name,
      get: (name) => ({
        submit: (lane, jobs) =>
          this.#submit(this.#object(String(name), lane, count, generation), jobs),
        forget: async (walletId) => {
          const lane = laneOf(walletId, count);
          this.#tell(this.#object(String(name), lane, count, generation), walletId);
        },
      }),
    };
  }

  async #submit(host: LaneHost, jobs: readonly Job[]): Promise<CallAnswer> {
    const [first] = jobs;
    const name = `${first?.requestId} ${first?.items[0]?.key}`;
    let answers: LaneAnswers | undefined;
    const ask = (): Promise<AnswersSoFar> => {
      answers ??= this.#take(host, jobs);
      return answers.next();
    };
    const { answers: known, more } = await this.#call(name, ask);
    return {
      answers: known,
      rest: more ? { next: () => this.#call(`${name} rest`, ask) } : undefined,
    };
  }

  /** What a lane answers to a call; it rejects if the lane ends first. */
  #take(host: LaneHost, jobs: readonly Job[]): LaneAnswers {
    const { promise: ended, reject: gone } = Promise.withResolvers<never>();
    ended.catch(() => {});
    const results = jobs.map(
      (job) =>
        new Promise<JobResult>((answered, failed) =>
          host.submit(job, answered, (error) => {
            if (error instanceof LaneCrashed) failed(error);
            else gone(error);
          }),
        ),
    );
    const answers = new JobAnswers(results, (error) => this.#ended(error));
    return { next: () => Promise.race([answers.next(), ended]) };
  }

  /** A call of a Durable Object: there and back, each with its delay, and perhaps not at all. */
  #call<Answer>(message: string, ask: () => Promise<Answer>): Promise<Answer> {
    const { network } = this.#ports;
    const { schedule, faults, profile } = network;
    const name = this.#nameOf(message);
    const { fault, random } = faults.meet("call", name);
    const way = () =>
      fault === "slow" && random.chance(0.5)
        ? random.between(50, 9_000)
        : random.delay(profile.latency.call);
    return new Promise((resolve, reject) => {
      if (fault === "lost") return;
      const back = (what: string, hear: () => void) => {
        if (fault !== "unheard") schedule.after(way(), `call ${name} ${what}`, hear);
      };
      schedule.after(way(), `call ${name} arrives`, () =>
        ask().then(
          (answer) => back("answered", () => resolve(answer)),
          (error: unknown) => back("failed", () => reject(error)),
        ),
      );
    });
  }

  #tell(host: LaneHost, walletId: string): void {
    const { network } = this.#ports;
    const { schedule, faults, profile } = network;
    const { fault, random } = faults.meet("tell", this.#nameOf(walletId));
    if (fault === "lost") return;
    const ms = fault === "slow" ? random.between(50, 3_000) : random.delay(profile.latency.tell);
    schedule.after(ms, `tell ${host.name} of ${walletId}`, () => host.forget(walletId));
  }

  #object(name: string, lane: number, count: number, generation: number): LaneHost {
    const known = this.hosts.get(name);
    if (known) return known;
    const laneAt = lanesIn(this.#namespace(count, generation), {
      count,
      region: undefined,
      generation,
    });
    if (name !== laneName(lane, { region: undefined, generation }))
      throw new Error(`who is ${name}?`);
    return this.#host(
      name,
      (walletId) => laneOf(walletId, count) === lane,
      (walletId) => void laneAt(laneOf(walletId, count)).forget(walletId),
    );
  }

  #host(name: string, owns: LaneOptions["owns"], tell?: HostPorts["tell"]): LaneHost {
    const { network, random, observe, reached } = this.#ports;
    const options = { ...network.profile.lane, owns };
    const ports: HostPorts = { network, random, options, observe, reached, ...(tell && { tell }) };
    const host = new LaneHost(name, this.#skew(name), ports);
    this.hosts.set(name, host);
    return host;
  }

  #nameOf(message: string): string {
    const count = this.#sent.get(message) ?? 0;
    this.#sent.set(message, count + 1);
    return `${message} ${count}`;
  }

  #skew(name: string): Skew {
    const { network, random } = this.#ports;
    const { skewMs } = network.profile;
    return new Skew(random.fork(`skew ${name}`).between(-skewMs, skewMs));
  }

  #ended(error: unknown): void {
    if (error instanceof LaneCrashed) this.#ports.crashed(error.cause);
  }
}
