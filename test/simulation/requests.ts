import type { Result } from "../../src/domain/result.ts";
import type { Job, JobResult } from "../../src/domain/wallets/lane/job.ts";
import type { WalletOwnership } from "../../src/domain/wallets/ports.ts";
import type { Attempts } from "./attempts.ts";
import type { ClientRequest, Heard } from "./client.ts";
import type { Random } from "./random.ts";
import { serviceOn } from "./service.ts";
import type { DatabaseNetwork } from "./statements.ts";
import type { Edge } from "./topology.ts";
import { type Report, stackOf } from "./violation.ts";

export interface RequestsPorts {
  readonly network: DatabaseNetwork;
  readonly report: Report;
  readonly random: Random;
  readonly attempts: Attempts;
  readonly edges: readonly Edge[];
  readonly ownership: WalletOwnership;
}

/**
 * How much later than its deadline a job may be answered: a process looks every 200 ms, an
 * edge waits 2 s for what a lane may still say.
 */
const lateMs = { process: 205, edge: 2_005 };

/** Clients' requests on their way to edges and back, and what edges ask of lanes for them. */
export class Requests {
  readonly #ports: RequestsPorts;

  constructor(ports: RequestsPorts) {
    this.#ports = ports;
  }

  /** What the client hears; nothing if its answer is lost, or comes when it has gone. */
  send(request: ClientRequest): Promise<Heard> {
    const { network, edges, report } = this.#ports;
    const { schedule, faults, profile } = network;
    const { fault, random } = faults.meet("request", request.name);
    const way = () => random.delay(profile.latency.request);
    const patience = random.chance(0.1) ? random.between(20, 1_000) : 12_000;
    return new Promise((resolve) => {
      const gone = schedule.after(patience, `${request.name} is given up`, () =>
        resolve(undefined),
      );
      const go = (sent: ClientRequest, heard: boolean) => {
        const edge = random.pick(edges);
        schedule.after(way(), `${sent.name} reaches ${edge.name}`, () => {
          this.serve(edge, sent).then(
            (result) => {
              if (!heard) return;
              schedule.after(way(), `${sent.name} is answered`, () => {
                gone.cancelled = true;
                resolve(result);
              });
            },
            (error) => report("no_crash", stackOf(error)),
          );
        });
      };
      go(request, fault !== "unheard");
      // Only with a key are two requests one.
      if (fault === "twice" && request.actor.idempotency) {
        const name = `${request.name}'`;
        go({ ...request, name, actor: { ...request.actor, requestId: name } }, true);
      }
    });
  }

  /** The verb at an edge; never ends if its process does. */
  serve(edge: Edge, { name, actor, intent }: ClientRequest): Promise<Result<unknown>> {
    const { network, ownership, random } = this.#ports;
    const { database, profile, schedule } = network;
    const own = random.fork(name);
    const hasty = own.chance(profile.impatience) ? own.between(0, profile.hasteMs) : undefined;
    const service = serviceOn({
      database,
      ownership,
      random: own,
      now: edge.now,
      submit: (job) => this.#submit(edge, job, hasty),
      sleep: (ms) => schedule.sleep(ms, `${name} waits`),
    });
    return intent.call(service, actor);
  }

  async #submit(edge: Edge, asked: Job, hasty: number | undefined): Promise<JobResult> {
    const { attempts } = this.#ports;
    const job = hasty === undefined ? asked : { ...asked, deadline: edge.now() + hasty };
    const attempt = attempts.sent(job);
    const { leaps } = edge.skew;
    const result = await edge.lane.submit(job);
    attempts.answered(attempt, result);
    if (edge.skew.leaps === leaps) this.#checkTime(edge, job);
    return result;
  }

  /** Who follows an earlier try with the same key waits as long as that one may. */
  #checkTime(edge: Edge, job: Job): void {
    const { attempts, report } = this.#ports;
    const tries = attempts.withKey(job.items[0]?.key ?? "");
    const deadline = Math.max(...tries.map((one) => one.job.deadline));
    const late = edge.now() - deadline;
    if (late > (edge.process ? lateMs.process : lateMs.edge)) {
      report("in_time", `${job.requestId} was answered ${late} ms after its deadline`);
    }
  }
}
