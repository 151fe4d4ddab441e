import { refuse } from "../../result.ts";
import type {
  Answered,
  CommitAnswer,
  GroupOutcome,
  LoadAnswer,
  Ref,
  Rejected,
  Unreachable,
} from "../store.ts";
import {
  notFound,
  numberTaken,
  outcomeUnknown,
  overloaded,
  storedOutcome,
  usedKey,
} from "./answers.ts";
import { WalletCache } from "./cache.ts";
import { CommitPace } from "./commit-pace.ts";
import { DatabaseClock, maxClockOffsetMs } from "./database-clock.ts";
import type { CommandLane, Job, JobResult } from "./job.ts";
import { JobQueue, nameOf } from "./job-queue.ts";
import { Journey, type LaneStep } from "./journey.ts";
import { OpenTickets } from "./open-tickets.ts";
import { defaultLaneOptions, type LaneOptions, type LanePorts } from "./options.ts";
import { partition } from "./partition.ts";
import { type PlannedGroup, plan } from "./plan.ts";
import { QueueLimit } from "./queue-limit.ts";
import { newTicket, type Ticket } from "./ticket.ts";
import { UnheardCommits } from "./unheard-commits.ts";

/** How much later than its deadline a command may be answered. */
const watchEveryMs = 200;

/** A statement that is sent at all gets this long: its answer tells the fate of money. */
const minStatementMs = 1_000;

/**
 * And this long at most, however far the clocks leapt that deadlines are made and read by:
 * who waits for it keeps everybody else from reading and committing.
 */
const maxStatementMs = 10_000;

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
  readonly #queue: JobQueue;
  readonly #pace: CommitPace;
  readonly #limit: QueueLimit;
  /** Jobs in the queue, being loaded or backing off; those being committed are not counted. */
  #waiting = 0;
  readonly #busy = new Set<string>();
  readonly #open = new OpenTickets();
  #watching = false;
  readonly #loading = new Set<string>();
  #commits = 0;
  #loads = 0;
  #pumping = false;
  readonly #clock = new DatabaseClock();
  readonly #unheard = new UnheardCommits();

  constructor(ports: LanePorts, options: LaneOptions = defaultLaneOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#cache = new WalletCache(options.cacheBytes, (id) => this.#busy.has(id));
    this.#queue = new JobQueue(this.#cache);
    this.#pace = new CommitPace(options);
    this.#limit = new QueueLimit(options);
  }

  submit(job: Job): Promise<JobResult> {
    if (this.isFull) {
      return Promise.resolve(overloaded("The service is taking more than it can do now."));
    }
    return new Promise<JobResult>((answer, reject) => {
      const submittedAt = this.#ports.now();
      const journey = job.tellSteps ? new Journey(submittedAt) : undefined;
      const resolve = (result: JobResult) =>
        answer(journey ? journey.end(result, this.#ports.now()) : result);
      const ticket = newTicket({ job, resolve, reject }, submittedAt, journey);
      if (this.#open.follow(ticket)) {
        this.#waiting += 1;
        return;
      }
      // Who followed another request with this key until now may be too late for one of his own:
      // the next look at deadlines would be one too many, and nobody needs what would be read.
      if (job.deadline <= submittedAt) {
        resolve(overloaded("The request waited longer than it may."));
        return;
      }
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

  /** No further job is taken. */
  get isFull(): boolean {
    return this.#limit.isReached(this.#waiting, this.#ports.now());
  }

  get load(): { readonly waiting: number; readonly commits: number; readonly cacheBytes: number } {
    return { waiting: this.#waiting, commits: this.#commits, cacheBytes: this.#cache.bytes };
  }

  #schedule(): void {
    // A turn in which thousands of requests are read is long: a full batch does not wait for its end.
    const { ready } = this.#queue;
    if (ready >= this.#pace.jobsAllowed(ready) && this.#mayCommit) this.#pump();
    if (this.#pumping) return;
    this.#pumping = true;
    // What arrives in the same turn of the event loop goes into the same commit.
    (this.#ports.soon ?? queueMicrotask)(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    this.#startLoads();
    if (this.#mayCommit) this.#expire();
    while (this.#mayCommit) {
      const most = this.#pace.jobsAllowed(this.#queue.ready);
      const tickets = this.#queue.takeReady(this.#busy, most);
      if (tickets.length === 0) break;
      void this.#commit(tickets);
    }
    this.#cache.trim();
    this.#ports.observe?.({
      kind: "state",
      waiting: this.#waiting,
      cacheBytes: this.#cache.bytes,
      clockOffsetMs: this.#clock.offset,
    });
  }

  get #mayCommit(): boolean {
    return this.#commits < this.#pace.commitsAllowed(this.#queue.ready);
  }

  /** Answers jobs whose deadline has passed while they waited; those answered before only leave. */
  #expire(): void {
    const now = this.#ports.now();
    const over = (ticket: Ticket) => ticket.job.deadline <= now || !this.#open.has(ticket);
    for (const ticket of this.#queue.remove(over)) this.#giveUp(ticket);
  }

  #giveUp(ticket: Ticket): void {
    this.#waiting -= 1;
    this.#abandon(ticket, ticket.unknown);
  }

  #abandon(ticket: Ticket, unknown: boolean): void {
    this.#resolve(
      ticket,
      unknown ? outcomeUnknown() : overloaded("The request waited longer than it may."),
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
      for (const ticket of this.#open.overdue(this.#ports.now())) {
        this.#abandon(ticket, ticket.unknown || ticket.sent);
      }
      if (this.#open.size > 0) this.#watch();
    });
  }

  /** Starts reading what queued jobs name and the cache does not have. */
  #startLoads(): void {
    if (this.#loads >= this.#options.maxLoads) return;
    const { tickets, refs } = this.#queue.takeMissing(this.#loading, this.#options.maxBatch);
    if (tickets.length === 0) return;
    for (const ticket of tickets) ticket.cold = true;
    this.#ports.observe?.({ kind: "lookup", outcome: "miss", jobs: tickets.length });
    void this.#load(tickets, refs);
  }

  async #load(tickets: readonly Ticket[], refs: readonly Ref[]): Promise<void> {
    this.#loads += 1;
    for (const ref of refs) this.#loading.add(ref.id);
    const sentAt = this.#ports.now();
    try {
      const answer = await this.#journal("load", tickets, () =>
        this.#ports.store.load(refs, this.#timeLeft(tickets)),
      );
      if (answer.kind === "loaded") {
        this.#clock.measure(answer.databaseTime, sentAt, this.#ports.now());
        this.#cache.learn(answer.wallets, answer.cards, answer.authorizations);
        const absent = new Set(refs.map(nameOf));
        const { wallets, cards, authorizations } = answer;
        for (const found of [...wallets, ...cards, ...authorizations]) absent.delete(nameOf(found));
        const isAbsent = (ref: Ref) => absent.has(nameOf(ref));
        const [missing, there] = partition(tickets, ({ refs }) => refs.some(isAbsent));
        for (const ticket of missing) this.#finish(ticket, notFound(ticket.job, isAbsent));
        this.#queue.putBack(there);
      } else {
        this.#notAnswered(tickets, answer);
      }
    } catch (error) {
      for (const ticket of tickets) this.#crash(ticket, error);
    } finally {
      this.#loads -= 1;
      for (const ref of refs) this.#loading.delete(ref.id);
      this.#queue.lookAgain();
      this.#schedule();
    }
  }

  /** Sends a statement for jobs, and notes with each of them what it waited and what that took. */
  async #journal<Answer extends LoadAnswer | CommitAnswer>(
    kind: "load" | "commit",
    tickets: readonly Ticket[],
    send: () => Promise<Answer>,
  ): Promise<Answer> {
    const at = this.#ports.now();
    for (const { journey } of tickets) journey?.wentOn(at);
    const answer = await send();
    const failed = answer.kind === "unreachable" || answer.kind === "rejected";
    const step: LaneStep = {
      kind,
      at,
      ms: this.#ports.now() - at,
      jobs: tickets.length,
      ...(failed && { failure: answer.kind }),
    };
    for (const { journey } of tickets) journey?.took(step);
    return answer;
  }

  async #commit(tickets: readonly Ticket[]): Promise<void> {
    const wallets = new Set(tickets.flatMap((ticket) => this.#queue.walletsOf(ticket)));
    for (const id of wallets) this.#busy.add(id);
    this.#commits += 1;
    this.#waiting -= tickets.length;
    try {
      if (!(await this.#clockIsRight())) {
        const off = overloaded("The service's clock is off; it does not decide.");
        for (const ticket of tickets)
          this.#resolve(ticket, ticket.unknown ? outcomeUnknown() : off);
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
      // Now: a hot wallet has its next commit under way as soon as anybody looks again.
      this.#cache.trim();
      this.#queue.commitEnded();
      this.#schedule();
    }
  }

  async #decideAndCommit(tickets: readonly Ticket[]): Promise<void> {
    const sentAt = this.#ports.now();
    for (const ticket of tickets) {
      this.#ports.observe?.({ kind: "wait", ms: sentAt - ticket.submittedAt });
    }
    const warm = tickets.filter((ticket) => !ticket.cold && ticket.attempts === 0).length;
    if (warm > 0) this.#ports.observe?.({ kind: "lookup", outcome: "hit", jobs: warm });
    const groups = this.#plan(tickets, sentAt);
    if (!groups) return;
    const last = Math.max(...tickets.map((ticket) => ticket.job.deadline));
    const batch = {
      groups: groups.map((group) => group.commit),
      deadline: last + this.#clock.offset,
    };
    for (const ticket of tickets) ticket.sent = true;
    const answer = await this.#journal("commit", tickets, () =>
      this.#ports.store.commit(batch, this.#timeLeft(tickets)),
    );
    for (const ticket of tickets) ticket.sent = false;
    if (answer.kind === "answered") {
      this.#clock.measure(answer.databaseTime, sentAt, this.#ports.now());
      this.#pace.measure(this.#ports.now() - sentAt, answer.executionMs);
      this.#ports.observe?.({
        kind: "commit",
        jobs: tickets.length,
        ms: this.#ports.now() - sentAt,
      });
      this.#settle(groups, answer);
      return;
    }
    for (const group of groups) this.#dropGroup(group);
    if (answer.kind === "unreachable") this.#unheard.add(batch.groups, batch.deadline);
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
        this.#accept(group, answer);
      } else {
        this.#reconsider(group, outcome, answer);
      }
    });
    this.#unheard.trim(answer.databaseTime);
  }

  #accept(group: PlannedGroup<Ticket>, { databaseTime, transaction }: Answered): void {
    const written = { wallets: transaction };
    const { wallets } = group.commit;
    const cards = byWallet(wallets, group.commit.cards);
    const authorizations = byWallet(wallets, group.commit.authorizations);
    for (const { after, expectedVersion } of wallets) {
      this.#cache.committed(after, cards(after.id), authorizations(after.id));
      const changed = after.version !== expectedVersion;
      if (changed && !this.#options.owns(after.id)) this.#ports.tell?.(after.id);
    }
    for (const { ticket, outcome, walletIds } of group.decisions) {
      const { items } = ticket.job;
      if (outcome.ok) this.#resolve(ticket, { ok: true, value: outcome.events, written });
      else if (this.#unheard.concern(items, walletIds, group.commit, databaseTime)) {
        this.#resolve(ticket, outcomeUnknown());
      } else this.#resolve(ticket, outcome);
    }
  }

  /** The group changed nothing: answer what can be answered, and decide the rest again. */
  #reconsider(group: PlannedGroup<Ticket>, outcome: GroupOutcome, { transaction }: Answered): void {
    if (outcome.stale) this.#dropGroup(group);
    const used = new Map(outcome.used.map((event) => [usedKey(event), event]));
    const again: Ticket[] = [];
    for (const { ticket, walletIds } of group.decisions) {
      const stored = storedOutcome(ticket, used, walletIds);
      // Begun after the commit that stored it, this transaction is seen with it.
      if (stored) {
        this.#resolve(
          ticket,
          stored.ok ? { ...stored, written: { wallets: transaction } } : stored,
        );
      } else if (outcome.numberTaken && group.decisions.length === 1) {
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
          ? outcomeUnknown()
          : refuse("wallet_busy", "Too many others change this wallet; try again."),
      );
    }
    if (retry.length === 0) return;
    const attempts = Math.max(...retry.map((ticket) => ticket.attempts));
    const longest = unknown ? 50 * 2 ** attempts : attempts === 1 ? 0 : 2 ** attempts;
    const pause = Math.min(longest, unknown ? 1_000 : 64) * this.#ports.random();
    const back = () => {
      this.#queue.putBack(retry);
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

  /** A failure now says nothing of an earlier commit that got no answer, and may have worked. */
  #crash(ticket: Ticket, error: unknown): void {
    if (ticket.unknown) {
      this.#finish(ticket, outcomeUnknown());
      return;
    }
    const followers = this.#open.fail(ticket, error);
    this.#waiting -= 1 + followers.length;
  }

  #finish(ticket: Ticket, result: JobResult): void {
    this.#waiting -= 1;
    this.#resolve(ticket, result);
  }

  #resolve(ticket: Ticket, result: JobResult): void {
    const followers = this.#open.answer(ticket, result, (job) => this.submit(job));
    // Not in one expression: who is submitted again has been counted meanwhile.
    this.#waiting -= followers.length;
  }

  #dropGroup(group: PlannedGroup<Ticket>): void {
    for (const { after } of group.commit.wallets) this.#cache.drop(after.id);
  }

  /** How long a statement for these jobs may take: until the last of them gives up. */
  #timeLeft(tickets: readonly Ticket[]): number {
    const last = Math.max(...tickets.map((ticket) => ticket.job.deadline));
    return Math.min(maxStatementMs, Math.max(minStatementMs, last - this.#ports.now()));
  }

  async #clockIsRight(): Promise<boolean> {
    if (this.#clock.isRight) return true;
    const sentAt = this.#ports.now();
    const answer = await this.#ports.store.load([], maxClockOffsetMs);
    if (answer.kind === "loaded") {
      this.#clock.measure(answer.databaseTime, sentAt, this.#ports.now());
    }
    return this.#clock.isRight;
  }
}

/** What a group changed of a wallet, which most often is its only one. */
const byWallet = <After extends { readonly walletId: string }>(
  wallets: readonly unknown[],
  changes: readonly { readonly after: After }[],
): ((walletId: string) => readonly After[]) => {
  const all = changes.map(({ after }) => after);
  if (wallets.length === 1) return () => all;
  const grouped = Map.groupBy(all, ({ walletId }) => walletId);
  return (walletId) => grouped.get(walletId) ?? [];
};
