import type { Job, JobItem, JobResult } from "../../src/domain/wallets/lane/job.ts";
import type { SealedEvent } from "../../src/domain/wallets/log/chain.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type { CommittedEvent } from "../../src/domain/wallets/store.ts";
import type { MemoryDatabase } from "./memory-database.ts";
import type { Refusals } from "./refusals.ts";
import type { Tally } from "./tally.ts";
import type { Report } from "./violation.ts";

/** One try at a job: what was handed to a lane, what came of it, and what was said of it. */
export interface Attempt {
  readonly job: Job;
  /** How many events answer each of its commands. */
  readonly effects: number[];
  /** The lanes that it came to. */
  readonly lanes: Set<string>;
  answer: JobResult | undefined;
  /** When it was sent and answered, in the order of all that was. */
  readonly sentAs: number;
  answeredAs: number;
}

/** Refusals that say nothing of whether an earlier try had an effect. */
const undecided = new Set(["outcome_unknown", "overloaded", "wallet_busy"]);

/**
 * Watches the promise of DESIGN §5 from outside: every event is told here when it is
 * written, every answer when it is heard. Which try caused an event is known by the very
 * command that it carries, not by keys or ids that the code under test wrote.
 */
export class Attempts {
  readonly #byCommand = new WeakMap<StateCommand, Attempt>();
  readonly #byJob = new WeakMap<Job, Attempt>();
  readonly #byKey = new Map<string, Attempt[]>();
  readonly #database: MemoryDatabase;
  readonly #refusals: Refusals;
  readonly #report: Report;
  readonly #tally: Tally;
  #order = 0;

  constructor(database: MemoryDatabase, refusals: Refusals, report: Report, tally: Tally) {
    this.#database = database;
    this.#refusals = refusals;
    this.#report = report;
    this.#tally = tally;
  }

  sent(job: Job): Attempt {
    this.#order += 1;
    const attempt: Attempt = {
      job,
      effects: job.items.map(() => 0),
      lanes: new Set(),
      answer: undefined,
      sentAs: this.#order,
      answeredAs: Number.POSITIVE_INFINITY,
    };
    this.#byJob.set(job, attempt);
    for (const { command, key } of job.items) {
      this.#byCommand.set(command, attempt);
      const others = this.#byKey.get(key);
      if (others) others.push(attempt);
      else this.#byKey.set(key, [attempt]);
    }
    return attempt;
  }

  withKey(key: string): readonly Attempt[] {
    return this.#byKey.get(key) ?? [];
  }

  /** A lane took it. */
  reached(job: Job, lane: string): void {
    this.#byJob.get(job)?.lanes.add(lane);
  }

  /** An event was written. */
  happened(sealed: SealedEvent): void {
    const { event, commandKey, fingerprint, requestId } = sealed;
    const place = `${event.type} ${event.walletId}.${event.sequence}`;
    this.#tally.add(`event ${event.type}`);
    const attempt = this.#byCommand.get(event.command as StateCommand);
    const index = attempt?.job.items.findIndex(({ command }) => command === event.command) ?? -1;
    const item = attempt?.job.items[index];
    if (!attempt || !item) {
      this.#report("log", `${place} was asked for by nobody`);
      return;
    }
    const { answer, job } = attempt;
    if (answer && !answer.ok && answer.refusal.code !== "outcome_unknown") {
      const { code } = answer.refusal;
      this.#report("refused_not_at_all", `${place} of ${nameOf(job)}, which was told ${code}`);
    }
    if (requestId !== job.requestId) this.#report("log", `${place} names request ${requestId}`);
    if (commandKey === null) return;
    if (commandKey !== item.key || fingerprint !== item.fingerprint) {
      this.#report("log", `${place} has key ${commandKey}, not ${item.key}`);
    }
    const effects = (attempt.effects[index] ?? 0) + 1;
    attempt.effects[index] = effects;
    if (effects > 1) {
      this.#report("exactly_once", `${place} is effect ${effects} of ${nameOf(job)}`);
    }
    this.#checkOthers(attempt, item, place);
  }

  /** Other tries under the key of one that took effect now. */
  #checkOthers(attempt: Attempt, item: JobItem, place: string): void {
    for (const other of this.#repeatsOf(attempt, item)) {
      const { answer, job, sentAs } = other;
      if (effectsOf(other, item.key) > 0) {
        this.#report("at_most_once", `${place} is the second effect of the key ${item.key}`);
      }
      const decided = answer && !answer.ok && !undecided.has(answer.refusal.code);
      if (decided && attempt.answeredAs < sentAs && sameLane(attempt, other)) {
        const { code } = answer.refusal;
        const told = `a later try, ${nameOf(job)}, was told ${code}`;
        this.#report("refused_not_at_all", `${place} of ${nameOf(attempt.job)}: ${told}`);
      }
    }
  }

  /** Somebody heard an answer. */
  answered(attempt: Attempt, answer: JobResult): void {
    this.#order += 1;
    attempt.answer = answer;
    attempt.answeredAs = this.#order;
    this.#tally.add(`told ${toldOf(answer)}`);
    if (answer.ok) this.#checkSuccess(attempt, answer.value, answer.replayed === true);
    else this.#checkRefusal(attempt, answer.refusal.code);
  }

  #checkSuccess(
    { job, effects }: Attempt,
    events: readonly CommittedEvent[],
    replayed: boolean,
  ): void {
    if (events.length !== job.items.length) {
      this.#report("true_answer", `${nameOf(job)} was answered with ${events.length} events`);
    }
    job.items.forEach((item, index) => {
      const told = events[index];
      const stored = told && this.#database.logs.get(told.walletId)?.[told.sequence - 1];
      if (!told || !stored) {
        this.#report("exactly_once", `${nameOf(job)} was acknowledged and is not in the log`);
        return;
      }
      const place = `${told.type} ${told.walletId}.${told.sequence}`;
      if (!sameEvent(told, stored)) {
        this.#report("exactly_once", `${nameOf(job)} was told ${place}, which is not in the log`);
      }
      if (stored.commandKey !== item.key || stored.fingerprint !== item.fingerprint) {
        this.#report("true_answer", `${nameOf(job)} was told the outcome of another request`);
      }
      if (!replayed && effects[index] !== 1) {
        this.#report("true_answer", `${nameOf(job)} was told another try's ${place} as its own`);
      }
    });
  }

  #checkRefusal(attempt: Attempt, code: string): void {
    if (code === "outcome_unknown") return;
    const { job, effects } = attempt;
    if (effects.some((count) => count > 0)) {
      this.#report("refused_not_at_all", `${nameOf(job)} took effect and was told ${code}`);
    }
    if (undecided.has(code)) return;
    if (code === "idempotency_key_reused") {
      if (!this.#isReused(job)) this.#report("true_answer", `${nameOf(job)} was told ${code}`);
      return;
    }
    for (const item of job.items) {
      for (const other of this.#repeatsOf(attempt, item)) {
        if (effectsOf(other, item.key) === 0 || other.answeredAs > attempt.sentAs) continue;
        if (!sameLane(attempt, other)) continue;
        const earlier = `an earlier try, ${nameOf(other.job)}, took effect`;
        this.#report("refused_not_at_all", `${nameOf(job)} was told ${code}: ${earlier}`);
      }
    }
    const repeats = job.items.flatMap((item) => this.#repeatsOf(attempt, item));
    this.#refusals.check(job, code, [job, ...repeats.map((other) => other.job)]);
  }

  /** Other tries at the same: with this key, and the same request. */
  #repeatsOf(attempt: Attempt, { key, fingerprint }: JobItem): Attempt[] {
    return this.withKey(key).filter(
      (other) =>
        other !== attempt &&
        other.job.items.some((item) => item.key === key && item.fingerprint === fingerprint),
    );
  }

  /** Whether a key of the job is in the log with another request, or only some of its keys are. */
  #isReused(job: Job): boolean {
    const found = job.items.map(({ key, fingerprint }) => {
      const applied = this.withKey(key).filter((attempt) => effectsOf(attempt, key) > 0);
      const prints = applied.flatMap(({ job: { items } }) =>
        items.flatMap((item) => (item.key === key ? item.fingerprint : [])),
      );
      return {
        same: prints.includes(fingerprint),
        other: prints.some((one) => one !== fingerprint),
      };
    });
    const some = found.some(({ same }) => same) && !found.every(({ same }) => same);
    return some || found.some(({ other }) => other);
  }
}

const toldOf = (answer: JobResult): string => {
  if (!answer.ok) return answer.refusal.code;
  return answer.replayed ? "again" : "done";
};

/** How many events answer the commands of a try that have this key. */
const effectsOf = ({ job, effects }: Attempt, key: string): number =>
  job.items.reduce((sum, item, index) => (item.key === key ? sum + (effects[index] ?? 0) : sum), 0);

/**
 * Whether one lane, and only that, had both in hand. Of a commit that another lane has under
 * way, or had when it ended, a lane that refuses a repeat cannot know.
 */
const sameLane = ({ lanes }: Attempt, other: Attempt): boolean =>
  lanes.size === 1 && other.lanes.size === 1 && [...lanes].every((lane) => other.lanes.has(lane));

const nameOf = ({ requestId, items }: Job): string =>
  `${requestId} (${items.map(({ command }) => command.kind).join(", ")})`;

const sameEvent = (told: CommittedEvent, stored: SealedEvent): boolean =>
  told.type === stored.event.type &&
  told.at === stored.event.at &&
  told.commandKey === stored.commandKey &&
  told.fingerprint === stored.fingerprint &&
  told.requestId === stored.requestId &&
  JSON.stringify(told.data) === stored.dataText;
