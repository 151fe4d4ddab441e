import { type RefusalCode, type Refused, refuse } from "../../result.ts";
import type { Sha256 } from "../log/chain.ts";
import type {
  Answered,
  CommittedEvent,
  GroupOutcome,
  Ref,
  Rejected,
  Unreachable,
  WalletStore,
} from "../store.ts";
import { WalletCache } from "./cache.ts";
import { type CommandLane, type Job, type JobResult, refsOf, subjectOf } from "./job.ts";
import { type PlannedGroup, plan } from "./plan.ts";

/** What a lane needs of the world; the simulator gives it another one. */
export interface LanePorts {
  readonly store: WalletStore;
  readonly sha256: Sha256;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  /** Must let other work go on, also for no time at all. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly observe?: (event: LaneEvent) => void;
  /** Tells the lane that a wallet belongs to that this one has changed it. */
  readonly tell?: (walletId: string) => void;
}

export interface LaneOptions {
  /** Jobs in one commit. */
  readonly maxBatch: number;
  /** Jobs that wait; one more is refused with `overloaded`. */
  readonly maxQueue: number;
  /** Commits under way at once, over disjoint wallets, while the network's round trip dominates. */
  readonly maxCommits: number;
  readonly maxLoads: number;
  /** How often a stale job is decided again. */
  readonly maxAttempts: number;
  readonly cacheBytes: number;
  /** Whether other lanes leave a wallet to this one. Others' wallets are not remembered. */
  readonly owns: (walletId: string) => boolean;
}

export const defaultLaneOptions: LaneOptions = {
  maxBatch: 256,
  maxQueue: 4_096,
  maxCommits: 4,
  maxLoads: 2,
  maxAttempts: 30,
  cacheBytes: 48 * 1024 * 1024,
  owns: () => true,
};

/** For metrics; never carries an id. */
export type LaneEvent =
  | { readonly kind: "commit"; readonly jobs: number; readonly ms: number }
  | { readonly kind: "stale" | "retry" | "unknown"; readonly jobs: number }
  | { readonly kind: "wait"; readonly ms: number };

interface Ticket {
  readonly job: Job;
  readonly submittedAt: number;
  attempts: number;
  /** A commit of it is under way. */
  sent: boolean;
  /** Some commit of it got no answer. */
  unknown: boolean;
  /** Commit it with nothing else: a statement that it was part of was rejected. */
  alone: boolean;
  /** Jobs with the same key that came while this one was under way: they share its outcome. */
  readonly followers: { readonly job: Job; readonly resolve: (result: JobResult) => void }[];
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: unknown) => void;
}

/** How much later than its deadline a command may be answered. */
const watchEveryMs = 200;

/** A lane whose clock is further from the database's than this stops deciding. */
const maxClockOffsetMs = 2_000;

/**
 * Commits commands in groups. While a commit is under way, what arrives queues, and the
 * next commit takes all of it: a busy lane costs far less than one round trip a command,
 * and an idle one waits for nothing.
 *
 * Correctness does not depend on there being one lane, nor on what it remembers: every
 * commit proves the versions that it was decided on.
 */
export class Lane implements CommandLane {
  readonly #ports: LanePorts;
  readonly #options: LaneOptions;
  readonly #cache: WalletCache;
  #queue: Ticket[] = [];
  /** Jobs in the queue, being loaded or backing off; those being committed are not counted. */
  #waiting = 0;
  readonly #busy = new Set<string>();
  readonly #byKey = new Map<string, Ticket>();
  /** All that have no answer yet, wherever they are. */
  readonly #open = new Set<Ticket>();
  #watching = false;
  readonly #loading = new Set<string>();
  #commits = 0;
  #loads = 0;
  #pumping = false;
  /** Milliseconds that the database's clock is ahead of this one. */
  #clockOffset = 0;
  /** Smoothed shares of a commit's time: in all, and inside the database. */
  #commitMs = 0;
  #executionMs = 0;

  constructor(ports: LanePorts, options: LaneOptions = defaultLaneOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#cache = new WalletCache(options.cacheBytes, (id) => this.#busy.has(id));
  }

  submit(job: Job): Promise<JobResult> {
    if (this.#waiting >= this.#options.maxQueue) {
      return Promise.resolve(overloaded("The service is taking more than it can do now."));
    }
    return new Promise<JobResult>((resolve, reject) => {
      if (this.#follow(job, resolve)) return;
      const ticket: Ticket = {
        job,
        submittedAt: this.#ports.now(),
        attempts: 0,
        sent: false,
        unknown: false,
        alone: false,
        followers: [],
        resolve,
        reject,
      };
      const key = keyOf(job);
      if (key !== undefined) this.#byKey.set(key, ticket);
      this.#open.add(ticket);
      this.#waiting += 1;
      this.#queue.push(ticket);
      this.#schedule();
      this.#watch();
    });
  }

  /** Another lane changed this wallet: what is remembered of it would only cost a stale commit. */
  forget(walletId: string): void {
    if (!this.#busy.has(walletId)) this.#cache.drop(walletId);
  }

  get load(): { readonly waiting: number; readonly commits: number; readonly cacheBytes: number } {
    return { waiting: this.#waiting, commits: this.#commits, cacheBytes: this.#cache.bytes };
  }

  /** A job whose key is already under way here waits for that one's outcome. */
  #follow(job: Job, resolve: (result: JobResult) => void): boolean {
    const key = keyOf(job);
    const leader = key === undefined ? undefined : this.#byKey.get(key);
    if (!leader) return false;
    leader.followers.push({ job, resolve });
    return true;
  }

  #schedule(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    // What arrives in the same turn of the event loop goes into the same commit.
    queueMicrotask(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    this.#expire();
    this.#startLoads();
    while (this.#commits < this.#commitsAllowed()) {
      const tickets = this.#take();
      if (tickets.length === 0) break;
      void this.#commit(tickets);
    }
    this.#cache.trim();
  }

  /** More than one commit helps only while they wait for the network, not for the database. */
  #commitsAllowed(): number {
    const networkDominates = this.#commitMs > 8 && this.#commitMs > 3 * this.#executionMs;
    return networkDominates ? this.#options.maxCommits : 1;
  }

  /** Answers jobs whose deadline has passed while they waited; those answered before only leave. */
  #expire(): void {
    const now = this.#ports.now();
    const over = (ticket: Ticket) => ticket.job.deadline <= now || !this.#open.has(ticket);
    if (!this.#queue.some(over)) return;
    const [expired, rest] = partition(this.#queue, over);
    this.#queue = rest;
    for (const ticket of expired) this.#giveUp(ticket);
  }

  #giveUp(ticket: Ticket): void {
    this.#waiting -= 1;
    this.#abandon(ticket, ticket.unknown);
  }

  #abandon(ticket: Ticket, unknown: boolean): void {
    this.#resolve(
      ticket,
      unknown
        ? refuse("outcome_unknown", "The database did not answer; repeat with the same key.")
        : overloaded("The request waited longer than it may."),
    );
  }

  /**
   * Nobody waits longer than they said for a database that says nothing. What is under
   * way goes on and ends without them; the statement carries the deadline too.
   */
  #watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    void this.#ports.sleep(watchEveryMs).then(() => {
      this.#watching = false;
      this.#expire();
      const now = this.#ports.now();
      for (const ticket of this.#open) {
        if (ticket.job.deadline <= now) this.#abandon(ticket, ticket.unknown || ticket.sent);
      }
      if (this.#open.size > 0) this.#watch();
    });
  }

  /** Starts reading what queued jobs name and the cache does not have. */
  #startLoads(): void {
    if (this.#loads >= this.#options.maxLoads) return;
    const refs = new Map<string, Ref>();
    const tickets = new Set<Ticket>();
    for (const ticket of this.#queue) {
      if (refs.size >= this.#options.maxBatch) break;
      const missing = this.#missing(ticket.job);
      if (missing.length === 0 || missing.some((ref) => this.#loading.has(ref.id))) continue;
      for (const ref of missing) refs.set(ref.id, ref);
      tickets.add(ticket);
    }
    if (tickets.size === 0) return;
    this.#queue = this.#queue.filter((ticket) => !tickets.has(ticket));
    void this.#load([...tickets], [...refs.values()]);
  }

  async #load(tickets: readonly Ticket[], refs: readonly Ref[]): Promise<void> {
    this.#loads += 1;
    for (const ref of refs) this.#loading.add(ref.id);
    const sentAt = this.#ports.now();
    try {
      const answer = await this.#ports.store.load(refs);
      if (answer.kind === "loaded") {
        this.#measureClock(answer.databaseTime, sentAt);
        this.#cache.learn(answer.wallets, answer.cards);
        const absent = new Set(refs.map(({ id }) => id));
        for (const { id } of [...answer.wallets, ...answer.cards]) absent.delete(id);
        const [missing, there] = partition(tickets, (ticket) =>
          refsOfJob(ticket.job).some((ref) => absent.has(ref.id)),
        );
        for (const ticket of missing) this.#finish(ticket, notFound(ticket.job, absent));
        this.#queue = [...there, ...this.#queue];
      } else {
        this.#notAnswered(tickets, answer);
      }
    } catch (error) {
      for (const ticket of tickets) this.#crash(ticket, error);
    } finally {
      this.#loads -= 1;
      for (const ref of refs) this.#loading.delete(ref.id);
      this.#schedule();
    }
  }

  /**
   * Takes from the queue what can be committed now, in order. A job that must wait keeps
   * later jobs on its wallets waiting too, so that none overtakes it.
   */
  #take(): Ticket[] {
    const taken: Ticket[] = [];
    const rest: Ticket[] = [];
    const blocked = new Set(this.#busy);
    /** Whether a wallet's jobs in this batch have been tried before. */
    const retried = new Map<string, boolean>();
    for (const ticket of this.#queue) {
      const wallets = taken.length < this.#options.maxBatch ? this.#walletsOf(ticket.job) : [];
      const isRetry = ticket.attempts > 0;
      // Tried jobs have had their keys checked. A fresh one beside them may bring a used
      // key, and with it refuse the group again and again.
      const fits =
        wallets.length > 0 &&
        !wallets.some((id) => blocked.has(id) || (retried.get(id) ?? isRetry) !== isRetry) &&
        (taken.length === 0 || !(ticket.alone || taken[0]?.alone));
      if (fits) {
        taken.push(ticket);
        for (const id of wallets) retried.set(id, isRetry);
      } else {
        rest.push(ticket);
        for (const id of wallets) blocked.add(id);
      }
    }
    this.#queue = rest;
    return taken;
  }

  async #commit(tickets: readonly Ticket[]): Promise<void> {
    const wallets = new Set(tickets.flatMap((ticket) => this.#walletsOf(ticket.job)));
    for (const id of wallets) this.#busy.add(id);
    this.#commits += 1;
    this.#waiting -= tickets.length;
    try {
      if (!(await this.#clockIsRight())) {
        for (const ticket of tickets) {
          this.#resolve(ticket, overloaded("The service's clock is off; it does not decide."));
        }
        return;
      }
      // Whoever was told meanwhile that nothing was done must be told the truth.
      const open = tickets.filter((ticket) => this.#open.has(ticket));
      if (open.length > 0) await this.#decideAndCommit(open);
    } catch (error) {
      for (const id of wallets) this.#cache.drop(id);
      this.#waiting += tickets.length;
      for (const ticket of tickets) this.#crash(ticket, error);
    } finally {
      for (const id of wallets) {
        this.#busy.delete(id);
        if (!this.#options.owns(id)) this.#cache.drop(id);
      }
      this.#commits -= 1;
      this.#schedule();
    }
  }

  async #decideAndCommit(tickets: readonly Ticket[]): Promise<void> {
    const sentAt = this.#ports.now();
    for (const ticket of tickets) {
      this.#ports.observe?.({ kind: "wait", ms: sentAt - ticket.submittedAt });
    }
    const groups = this.#plan(tickets, sentAt);
    if (!groups) return;
    const deadline = Math.max(...tickets.map((ticket) => ticket.job.deadline));
    for (const ticket of tickets) ticket.sent = true;
    const answer = await this.#ports.store.commit({
      groups: groups.map((group) => group.commit),
      deadline: deadline + this.#clockOffset,
    });
    for (const ticket of tickets) ticket.sent = false;
    if (answer.kind === "answered") {
      this.#measureClock(answer.databaseTime, sentAt);
      this.#measureCommit(this.#ports.now() - sentAt, answer.executionMs);
      this.#ports.observe?.({
        kind: "commit",
        jobs: tickets.length,
        ms: this.#ports.now() - sentAt,
      });
      this.#settle(groups, answer);
      return;
    }
    for (const group of groups) this.#dropGroup(group);
    this.#waiting += tickets.length;
    this.#notAnswered(tickets, answer);
  }

  #notAnswered(tickets: readonly Ticket[], answer: Unreachable | Rejected): void {
    if (answer.kind === "unreachable") {
      this.#ports.observe?.({ kind: "unknown", jobs: tickets.length });
      this.#again(tickets, true);
    } else if (answer.retry === "no") {
      this.#fail(tickets, answer.cause);
    } else {
      this.#ports.observe?.({ kind: "retry", jobs: tickets.length });
      for (const ticket of tickets) ticket.alone ||= answer.retry === "alone";
      this.#again(tickets, false);
    }
  }

  /** Decides; a job that the rules cannot decide (a bug) must not take others with it. */
  #plan(tickets: readonly Ticket[], clock: number): PlannedGroup<Ticket>[] | undefined {
    try {
      return plan(tickets, this.#cache, clock, this.#ports.sha256);
    } catch (cause) {
      this.#waiting += tickets.length;
      this.#fail(tickets, cause);
      return undefined;
    }
  }

  #settle(groups: readonly PlannedGroup<Ticket>[], answer: Answered): void {
    groups.forEach((group, index) => {
      const outcome = answer.outcomes[index];
      if (!outcome) throw new Error("the commit answered for fewer groups than it was given");
      if (outcome.verdict === "committed") {
        this.#accept(group);
      } else {
        this.#reconsider(group, outcome);
      }
    });
  }

  #accept(group: PlannedGroup<Ticket>): void {
    for (const { after } of group.commit.wallets) {
      const cards = group.commit.cards.map((card) => card.after);
      this.#cache.committed(
        after,
        cards.filter((card) => card.walletId === after.id),
      );
      if (!this.#options.owns(after.id)) this.#ports.tell?.(after.id);
    }
    for (const { ticket, outcome } of group.decisions) {
      this.#resolve(ticket, outcome.ok ? { ok: true, value: outcome.events } : outcome);
    }
  }

  /** The group changed nothing: answer what can be answered, and decide the rest again. */
  #reconsider(group: PlannedGroup<Ticket>, outcome: GroupOutcome): void {
    if (outcome.stale) this.#dropGroup(group);
    const used = new Map(outcome.used.map((event) => [usedKey(event), event]));
    const again: Ticket[] = [];
    for (const { ticket } of group.decisions) {
      const stored = storedOutcome(ticket, used, this.#walletsOfItems(ticket.job, group));
      if (stored) this.#resolve(ticket, stored);
      else if (outcome.numberTaken && group.decisions.length === 1) {
        this.#resolve(ticket, numberTaken());
      } else {
        if (outcome.numberTaken) ticket.alone = true;
        again.push(ticket);
      }
    }
    this.#waiting += again.length;
    if (outcome.late) for (const ticket of again) this.#giveUp(ticket);
    else {
      this.#ports.observe?.({ kind: outcome.stale ? "stale" : "retry", jobs: again.length });
      this.#again(again, false);
    }
  }

  /** Puts jobs back to be decided again, after a pause that grows and that differs between lanes. */
  #again(tickets: readonly Ticket[], unknown: boolean): void {
    const [retry, exhausted] = partition(tickets, (ticket) => {
      ticket.attempts += 1;
      ticket.unknown ||= unknown;
      return ticket.attempts < this.#options.maxAttempts;
    });
    for (const ticket of exhausted) {
      this.#waiting -= 1;
      this.#resolve(
        ticket,
        ticket.unknown
          ? refuse("outcome_unknown", "The database did not answer; repeat with the same key.")
          : refuse("wallet_busy", "Too many others change this wallet; try again."),
      );
    }
    if (retry.length === 0) return;
    const attempts = Math.max(...retry.map((ticket) => ticket.attempts));
    const longest = unknown ? 50 * 2 ** attempts : attempts === 1 ? 0 : 2 ** attempts;
    const pause = Math.min(longest, unknown ? 1_000 : 64) * this.#ports.random();
    const back = () => {
      this.#queue = [...retry, ...this.#queue];
      this.#schedule();
    };
    if (pause < 1) back();
    else void this.#ports.sleep(pause).then(back);
  }

  /** It failed for a reason that trying again does not mend. */
  #fail(tickets: readonly Ticket[], cause: unknown): void {
    const [only, ...others] = tickets;
    if (only && others.length === 0) {
      this.#crash(only, cause);
      return;
    }
    // One of them is the cause. Each is committed by itself, so that only that one fails.
    for (const ticket of tickets) ticket.alone = true;
    this.#again(tickets, false);
  }

  #crash(ticket: Ticket, error: unknown): void {
    this.#waiting -= 1;
    if (!this.#open.delete(ticket)) return;
    this.#forgetKey(ticket);
    ticket.reject(error);
    for (const follower of ticket.followers) {
      follower.resolve(
        refuse("outcome_unknown", "The request failed; repeat it with the same key."),
      );
    }
  }

  #finish(ticket: Ticket, result: JobResult): void {
    this.#waiting -= 1;
    this.#resolve(ticket, result);
  }

  #resolve(ticket: Ticket, result: JobResult): void {
    if (!this.#open.delete(ticket)) return;
    this.#forgetKey(ticket);
    ticket.resolve(result);
    for (const { job, resolve } of ticket.followers) {
      const sameRequest = job.items[0]?.fingerprint === ticket.job.items[0]?.fingerprint;
      if (sameRequest) resolve(result.ok ? { ...result, replayed: true } : result);
      // A refusal leaves the key free for another request.
      else if (result.ok) resolve(keyReused());
      else void this.submit(job).then(resolve);
    }
  }

  #forgetKey(ticket: Ticket): void {
    const key = keyOf(ticket.job);
    if (key !== undefined && this.#byKey.get(key) === ticket) this.#byKey.delete(key);
  }

  #dropGroup(group: PlannedGroup<Ticket>): void {
    for (const { after } of group.commit.wallets) this.#cache.drop(after.id);
  }

  #missing(job: Job): Ref[] {
    return refsOfJob(job).filter((ref) => !this.#cache.has(ref));
  }

  /** The wallets that a job touches; none while something of it is not in the cache. */
  #walletsOf(job: Job): string[] {
    const ids: string[] = [];
    for (const ref of refsOfJob(job)) {
      const id =
        ref.kind === "wallet"
          ? this.#cache.wallet(ref.organizationId, ref.id)?.id
          : this.#cache.card(ref.organizationId, ref.id)?.walletId;
      if (id === undefined) return [];
      ids.push(id);
    }
    return ids;
  }

  /** The wallet in whose log each command of a job is, by the group that was committed. */
  #walletsOfItems(job: Job, group: PlannedGroup<Ticket>): string[] {
    return job.items.map(
      ({ key }) => group.commit.keys.find((used) => used.key === key)?.walletId ?? "",
    );
  }

  #measureClock(databaseTime: number, sentAt: number): void {
    const now = this.#ports.now();
    // The answer was written somewhere between; half way is the best guess.
    const offset = databaseTime - (sentAt + now) / 2;
    const uncertainty = (now - sentAt) / 2;
    // A slow answer says little about the clock: believe only what it certainly says.
    this.#clockOffset =
      Math.abs(offset) <= uncertainty ? 0 : offset - Math.sign(offset) * uncertainty;
  }

  #measureCommit(ms: number, executionMs: number): void {
    this.#commitMs += (ms - this.#commitMs) / 8;
    this.#executionMs += (executionMs - this.#executionMs) / 8;
  }

  async #clockIsRight(): Promise<boolean> {
    if (Math.abs(this.#clockOffset) <= maxClockOffsetMs) return true;
    const sentAt = this.#ports.now();
    const answer = await this.#ports.store.load([]);
    if (answer.kind === "loaded") this.#measureClock(answer.databaseTime, sentAt);
    return Math.abs(this.#clockOffset) <= maxClockOffsetMs;
  }
}

const refsOfJob = (job: Job): Ref[] =>
  job.items.flatMap((item) => refsOf(job.organizationId, item.command));

/** Names a job's key in its log. Jobs of several commands do not share outcomes in the queue. */
const keyOf = (job: Job): string | undefined => {
  const [item, ...others] = job.items;
  if (!item || others.length > 0) return undefined;
  const subject = subjectOf(job.organizationId, item.command);
  return `${job.organizationId} ${subject.kind} ${subject.id} ${item.key}`;
};

const usedKey = (event: CommittedEvent): string => `${event.walletId} ${event.commandKey}`;

/** What an earlier request with the same keys was answered; `undefined` if the keys are new. */
const storedOutcome = (
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
  // A commit of this very request that got no answer is not a repeat of it.
  const own = unknown && events.every((event) => event?.requestId === job.requestId);
  const value = events.filter((event) => event !== undefined);
  return own ? { ok: true, value } : { ok: true, value, replayed: true };
};

const notFound = (job: Job, absent: ReadonlySet<string>): Refused => {
  const ref = refsOfJob(job).find(({ id }) => absent.has(id));
  const isReceiver = job.items.some(
    ({ command }) => command.kind === "transfer" && command.toWalletId === ref?.id,
  );
  return refuse(
    "not_found",
    `There is no such ${ref?.kind ?? "wallet"}.`,
    isReceiver ? [{ pointer: "/toWalletId", detail: "names no wallet" }] : undefined,
  );
};

const keyReused = (): Refused =>
  refuse("idempotency_key_reused", "This key was used with another request.");

const numberTaken = (): Refused =>
  refuse("card_number_taken", "Another card of the organization has this number.", [
    { pointer: "/number", detail: "is the number of another card" },
  ]);

const overloaded = (detail: string): Refused => refuse("overloaded" satisfies RefusalCode, detail);

const partition = <T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] => {
  const yes: T[] = [];
  const no: T[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
};
