import { refuse } from "../../../src/domain/result.ts";
import {
  notFound,
  outcomeUnknown,
  overloaded,
  storedOutcome,
  usedKey,
} from "../../../src/domain/wallets/lane/answers.ts";
import { WalletCache } from "../../../src/domain/wallets/lane/cache.ts";
import {
  type CommandLane,
  type Job,
  type JobResult,
  refsOfJob,
} from "../../../src/domain/wallets/lane/job.ts";
import type { LanePorts } from "../../../src/domain/wallets/lane/options.ts";
import { type PlannedGroup, plan } from "../../../src/domain/wallets/lane/plan.ts";
import type { Ticket } from "../../../src/domain/wallets/lane/ticket.ts";
import type { Ref } from "../../../src/domain/wallets/store.ts";
import { Turns } from "./turns.ts";

/** As a lane gives up. */
const maxAttempts = 30;
const longestPauseMs = 64;

type Asked = Pick<Ticket, "job" | "unknown">;

type Ports = Pick<LanePorts, "store" | "sha256" | "now" | "random" | "sleep">;

/**
 * Without lanes: each command is one guarded statement of its own, decided on what this
 * isolate remembers. Commands of one wallet take turns in the isolate: where all of them
 * tried at once, 97 in 100 payments of a hot wallet ran out of time. If
 * another isolate was faster a command is decided again on what is read then, after a
 * pause that grows, as a lane's does.
 */
export class DirectLane implements CommandLane {
  readonly #ports: Ports;
  readonly #cache: WalletCache;
  readonly #turns = new Turns();

  constructor(ports: Ports, cacheBytes: number) {
    this.#ports = ports;
    this.#cache = new WalletCache(cacheBytes, () => false);
  }

  async submit(job: Job): Promise<JobResult> {
    const missing = await this.#load(job);
    if (missing) return missing;
    const [subject] = refsOfJob(job);
    const wallet = (subject && this.#cache.walletOf(subject)) ?? "";
    if (!(await this.#turns.take(wallet, job.deadline - this.#ports.now()))) return tooLate();
    try {
      return await this.#inTurn({ job, unknown: false });
    } finally {
      this.#turns.giveBack(wallet);
    }
  }

  async #inTurn(asked: Asked): Promise<JobResult> {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      if (this.#ports.now() >= asked.job.deadline) return tooLate();
      const result = await this.#attempt(asked);
      if (result !== "again") return result;
      const longest = Math.min(longestPauseMs, attempt === 1 ? 0 : 2 ** attempt);
      await this.#ports.sleep(longest * this.#ports.random());
    }
    return refuse("wallet_busy", "Too many others change this wallet; try again.");
  }

  async #attempt(asked: Asked): Promise<JobResult | "again"> {
    const { job } = asked;
    const missing = await this.#load(job);
    if (missing) return missing;
    const [group] = plan([asked], this.#cache, this.#ports.now(), this.#ports.sha256);
    const decision = group?.decisions[0];
    if (!group || !decision) throw new Error("nothing was decided");
    const answer = await this.#ports.store.commit({
      groups: [group.commit],
      deadline: job.deadline,
    });
    if (answer.kind === "unreachable") return outcomeUnknown();
    if (answer.kind === "rejected") {
      if (answer.retry === "yes") return "again";
      throw answer.cause;
    }
    const [outcome] = answer.outcomes;
    if (!outcome) throw new Error("the commit says nothing of its group");
    if (outcome.verdict === "committed") {
      this.#learn(group);
      return decision.outcome.ok ? { ok: true, value: decision.outcome.events } : decision.outcome;
    }
    const used = new Map(outcome.used.map((event) => [usedKey(event), event]));
    const stored = storedOutcome({ ...asked } as Ticket, used, decision.walletIds);
    if (stored) return stored;
    this.#forget(group);
    return outcome.late ? tooLate() : "again";
  }

  /** Reads what the isolate does not remember; answers only if there is no such thing. */
  async #load(job: Job): Promise<JobResult | undefined> {
    const refs = refsOfJob(job);
    if (refs.every((ref) => this.#cache.has(ref))) return undefined;
    const answer = await this.#ports.store.load(refs);
    if (answer.kind !== "loaded") return overloaded("The database does not answer.");
    this.#cache.learn(answer.wallets, answer.cards, answer.authorizations);
    this.#cache.trim();
    const isAbsent = (ref: Ref) => !this.#cache.has(ref);
    return refs.some(isAbsent) ? notFound(job, isAbsent) : undefined;
  }

  /** What was committed; nobody else of the isolate has changed the wallet meanwhile. */
  #learn({ commit }: PlannedGroup<Asked>): void {
    for (const { after } of commit.wallets) {
      const own = <Part extends { readonly walletId: string }>(
        changes: readonly { readonly after: Part }[],
      ) => changes.map((change) => change.after).filter(({ walletId }) => walletId === after.id);
      this.#cache.committed(after, own(commit.cards), own(commit.authorizations));
    }
    this.#cache.trim();
  }

  /** What was decided on is old; what has come since is not forgotten. */
  #forget({ commit }: PlannedGroup<Asked>): void {
    for (const { after, expectedVersion } of commit.wallets) {
      const known = this.#cache.wallet(after.organizationId, after.id);
      if (known && known.version <= expectedVersion) this.#cache.drop(after.id);
    }
  }
}

const tooLate = (): JobResult => overloaded("The request waited longer than it may.");
