import { type Job, refsOfJob } from "../../src/domain/wallets/lane/job.ts";
import type { SealedEvent } from "../../src/domain/wallets/log/chain.ts";
import type { Authorization } from "../../src/domain/wallets/model/authorization.ts";
import type { Card } from "../../src/domain/wallets/model/card.ts";
import type { Usage } from "../../src/domain/wallets/model/usage.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type { CommitGroup } from "../../src/domain/wallets/store.ts";
import { naively } from "../support/naive-model.ts";
import { comparable, outcomeOfEvent } from "../support/naive-outcomes.ts";
import {
  type NaivePayment,
  type NaiveUse,
  type NaiveWorld,
  naiveWorld,
  usedInWindow,
  usesOfCard,
  usesOfWallet,
} from "../support/naive-world.ts";
import type { Attempts } from "./attempts.ts";
import type { MemoryDatabase } from "./memory-database.ts";
import type { Refusals } from "./refusals.ts";
import type { Report } from "./violation.ts";

/**
 * The naive model of the rules, which does every command that is written, in the order of
 * the commits, and must come to the same. It knows nothing of lanes, events or caches, and
 * nothing of it is code under test.
 */
export class Reference {
  readonly #world: NaiveWorld = naiveWorld([], []);
  readonly #database: MemoryDatabase;
  readonly #attempts: Attempts;
  readonly #refusals: Refusals;
  readonly #report: Report;

  constructor(database: MemoryDatabase, attempts: Attempts, refusals: Refusals, report: Report) {
    this.#database = database;
    this.#attempts = attempts;
    this.#refusals = refusals;
    this.#report = report;
  }

  opened(wallet: Wallet): void {
    for (const [id, naive] of naiveWorld([wallet], []).wallets) this.#world.wallets.set(id, naive);
  }

  /** Does what a group did, and judges what it refused. */
  follow(group: CommitGroup, decidedAt: number): void {
    const refused = this.#refusedJobs(group);
    this.#rehearseAll(refused, decidedAt);
    for (const events of byCommand(group.events)) {
      this.#repeat(events);
      this.#rehearseAll(refused, decidedAt);
    }
    for (const { after } of group.wallets)
      this.#compareWallet(this.#database.wallets.get(after.id));
    for (const { after } of group.cards) this.#compareCard(this.#database.cards.get(after.id));
    for (const { after } of group.authorizations) {
      this.#comparePayment(this.#database.payments.get(after.id));
    }
  }

  compareAll(): void {
    for (const wallet of this.#database.wallets.values()) this.#compareWallet(wallet);
    for (const card of this.#database.cards.values()) this.#compareCard(card);
    for (const payment of this.#database.payments.values()) this.#comparePayment(payment);
  }

  #repeat(events: readonly SealedEvent[]): void {
    const answer = events.find(({ commandKey }) => commandKey !== null) ?? events[0];
    if (!answer) return;
    const { event } = answer;
    try {
      const expected = naively(this.#world, event.command as StateCommand, event.at);
      const wanted = text(comparable(expected, undefined));
      const given = text(outcomeOfEvent(event));
      if (wanted === given) return;
      const place = `${event.command.kind} at ${event.walletId}.${event.sequence}`;
      this.#report("rules", `${place} came to ${given}, should be ${wanted}`);
    } catch (error) {
      this.#report("rules", `${event.command.kind} cannot be: ${String(error)}`);
    }
  }

  /** Jobs whose keys the group proved unused without writing anything for them. */
  #refusedJobs(group: CommitGroup): Job[] {
    const wallets = new Set(group.wallets.map(({ after }) => after.id));
    const written = new Set(
      group.events.map(({ event, commandKey }) => `${event.walletId} ${commandKey}`),
    );
    const jobs = new Map<string, Job>();
    for (const { walletId, key } of group.keys) {
      if (written.has(`${walletId} ${key}`)) continue;
      for (const { job } of this.#attempts.withKey(key)) {
        const own = this.#walletsOf(job);
        if (!own?.every((id) => wallets.has(id))) continue;
        jobs.set(job.items.map(({ key, fingerprint }) => `${key} ${fingerprint}`).join(" "), job);
      }
    }
    return [...jobs.values()];
  }

  #rehearseAll(jobs: readonly Job[], decidedAt: number): void {
    for (const job of jobs) {
      const codes = this.#rehearse(job, decidedAt);
      if (codes.length > 0) this.#refusals.prove(job, codes);
    }
  }

  /** What a job would be refused for now; nothing comes of it. */
  #rehearse(job: Job, decidedAt: number): string[] {
    const stage = copyOf(this.#world, new Set(this.#walletsOf(job) ?? []));
    return job.items.flatMap(({ command }) => {
      const outcome = naively(stage, command, decidedAt);
      return outcome.kind === "refused" ? outcome.codes : [];
    });
  }

  /** The wallets that a job is about; none if it names something that is not there. */
  #walletsOf(job: Job): string[] | undefined {
    const found = refsOfJob(job).map((ref) => this.#database.load([ref]).wallets[0]?.id);
    return found.every((id) => id !== undefined) ? found : undefined;
  }

  #compareWallet(wallet: Wallet | undefined): void {
    if (!wallet) return;
    const naive = this.#world.wallets.get(wallet.id);
    const uses = usesOfWallet(this.#world, wallet.id);
    this.#compareUsage(`wallet ${wallet.id}`, wallet.usage, uses, naive?.lastUse ?? "");
    this.#compare(
      `wallet ${wallet.id}`,
      [wallet.status, wallet.deletedAt !== null, wallet.timezone, wallet.timezoneLocked],
      [naive?.status, naive?.deleted, naive?.zone, naive?.zoneFixed],
    );
    this.#compare(
      `available, held and receivable of wallet ${wallet.id}`,
      [wallet.available, wallet.held, wallet.receivable],
      [naive?.available, naive?.held, naive?.owes],
    );
  }

  #compareCard(card: Card | undefined): void {
    if (!card) return;
    const naive = this.#world.cards.get(card.id);
    const wallet = this.#world.wallets.get(card.walletId);
    const ended = wallet?.status === "closed";
    const uses = usesOfCard(this.#world, card.id);
    this.#compareUsage(`card ${card.id}`, card.usage, uses, naive?.lastUse ?? "");
    this.#compare(
      `card ${card.id}`,
      [card.status, card.deletedAt !== null, card.lockedMerchantId],
      [
        ended ? "terminated" : naive?.status,
        wallet?.deleted || naive?.deleted,
        naive?.onlyMerchant,
      ],
    );
  }

  #comparePayment(payment: Authorization | undefined): void {
    if (!payment) return;
    const naive = this.#world.payments.get(payment.id);
    this.#compare(
      `payment ${payment.id}`,
      [
        payment.status,
        payment.approved,
        payment.requestedAmount,
        payment.amount,
        payment.held,
        payment.captured,
        payment.reversed,
        payment.refunded,
        payment.expiresAt,
        ...payment.consumed.map(({ amount, count }) => `${amount} ${count === 1}`),
      ],
      [
        naive?.status,
        naive?.approved,
        naive?.asked,
        naive?.amount,
        naive?.held,
        naive?.captured,
        naive?.reversed,
        naive?.refunded,
        naive?.status === "open" ? naive.expiresAt : null,
        ...(naive?.uses ?? []).map(({ amount, counts }) => `${amount} ${counts}`),
      ],
    );
  }

  #compareUsage(of: string, usage: Usage, uses: readonly NaiveUse[], lastUse: string): void {
    for (const [window, used] of Object.entries(usage)) {
      const { amount, count } = usedInWindow(uses, window, lastUse);
      if (used.amount === amount && used.count === count) continue;
      const detail = `${of} counts ${used.amount} in ${used.count} of the ${window}`;
      this.#report("usage", `${detail}, its payments took ${amount} in ${count}`);
    }
  }

  #compare(what: string, found: readonly unknown[], expected: readonly unknown[]): void {
    const same = found.length === expected.length && found.every((one, i) => one === expected[i]);
    if (!same) this.#report("rules", `${what} is ${text(found)}, should be ${text(expected)}`);
  }
}

/** A command's events stand together, and carry the same command. */
const byCommand = (events: readonly SealedEvent[]): SealedEvent[][] => {
  const runs: SealedEvent[][] = [];
  for (const sealed of events) {
    const last = runs.at(-1);
    if (last?.[0]?.event.command === sealed.event.command) last.push(sealed);
    else runs.push([sealed]);
  }
  return runs;
};

/** Some wallets with all that is theirs, to try things on. */
const copyOf = (world: NaiveWorld, wallets: ReadonlySet<string>): NaiveWorld => {
  const own = <T extends { readonly walletId: string }>(
    things: ReadonlyMap<string, T>,
    copy: (thing: T) => T,
  ): Map<string, T> => {
    const copies = new Map<string, T>();
    for (const [id, thing] of things) if (wallets.has(thing.walletId)) copies.set(id, copy(thing));
    return copies;
  };
  return {
    wallets: new Map(
      [...world.wallets].flatMap(([id, one]) => (wallets.has(id) ? [[id, { ...one }]] : [])),
    ),
    cards: own(world.cards, (card) => ({ ...card })),
    payments: own(world.payments, (payment: NaivePayment) => ({
      ...payment,
      uses: payment.uses.map((use) => ({ ...use })),
    })),
  };
};

const text = (value: unknown): string =>
  JSON.stringify(value, (_, one) => (typeof one === "bigint" ? `${one}` : (one as unknown)));
