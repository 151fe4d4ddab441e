import type { Profile } from "./profile.ts";

/** A planted bug: one expression of the domain's or the lane's source, read as another. */
export interface Mutant {
  readonly name: string;
  /** In `src/domain/wallets`. */
  readonly file: string;
  readonly was: string;
  readonly is: string;
  /** The world where it shows sooner than in most. */
  readonly world?: (usual: Profile) => Partial<Profile>;
}

const noFaults = { commit: {}, load: {}, call: {}, request: {}, tell: {} };

/** Nothing befalls the lanes, so that much becomes of many payments. */
const payingCalmly = (usual: Profile): Partial<Profile> => ({
  clients: 6,
  organizations: 1,
  wallets: 2,
  lane: { ...usual.lane, maxQueue: 4_096 },
  rates: noFaults,
  troubles: 0,
  skewMs: 0,
  impatience: 0,
  leave: 0.1,
  huge: false,
  poor: false,
  taste: { money: 1, payments: 3, settings: 1, endings: 0 },
});

/** Two lanes for one wallet, which forget much and read what is old when it comes. */
const readingSlowly = (usual: Profile): Partial<Profile> => ({
  ...payingCalmly(usual),
  topology: "processes",
  edges: [
    { lanes: 1, generation: 1 },
    { lanes: 1, generation: 1 },
  ],
  wallets: 1,
  lane: { ...usual.lane, maxQueue: 4_096, maxLoads: 2, cacheBytes: 60_000 },
  latency: { ...usual.latency, load: 5 },
  rates: { ...noFaults, load: { slow: 0.5 } },
});

/** Two organizations ask for each other's only wallet all the time. */
const amongStrangers = (usual: Profile): Partial<Profile> => ({
  organizations: 2,
  wallets: 1,
  clients: 16,
  strangers: 0.5,
  lane: { ...usual.lane, maxLoads: 1, cacheBytes: 20_000 },
  rates: { ...noFaults, load: { slow: 0.3 } },
});

/** Bugs that such code has had elsewhere, each of which a simulation must find. */
export const mutants: readonly Mutant[] = [
  {
    name: "the version that was decided on is taken for the one after",
    file: "lane/workbench.ts",
    was: "expectedVersion: work.before.version,",
    is: "expectedVersion: work.wallet.version,",
  },
  {
    name: "a stale group is taken for a committed one",
    file: "lane/lane.ts",
    was: 'if (outcome.verdict === "committed") {',
    is: 'if (outcome.verdict === "committed" || outcome.stale) {',
  },
  {
    name: "a commit without an answer is taken for one that failed",
    file: "lane/lane.ts",
    was: "this.#again(tickets, true);",
    is: "this.#again(tickets, false);",
  },
  {
    name: "who is given up while a commit is under way is told that nothing was done",
    file: "lane/lane.ts",
    was: "this.#abandon(ticket, ticket.unknown || ticket.sent);",
    is: "this.#abandon(ticket, ticket.unknown);",
  },
  {
    name: "the cache forgets what a commit did to cards",
    file: "lane/cache.ts",
    was: 'for (const card of cards) this.#putPart(entry, "cards", card, wallet.version);',
    is: "",
  },
  {
    name: "the cache takes what it reads for newer than what it wrote",
    file: "lane/cache.ts",
    was: "if (!entry || readVersion === undefined || entry[kind].parts.has(value.id)) return;",
    is: "if (!entry || readVersion === undefined) return;",
    world: readingSlowly,
  },
  {
    name: "the cache learns what was read before it forgot and read again",
    file: "lane/cache.ts",
    was: "if (readVersion < entry[kind].readVersion) return;",
    is: "",
    world: readingSlowly,
  },
  {
    name: "a refused batch leaves behind what came before its refusal",
    file: "lane/workbench.ts",
    was: "  undo?.();\n",
    is: "",
  },
  {
    name: "the receiving side of a transfer is lost where two groups become one",
    file: "lane/workbench.ts",
    was: "into.events.push(...group.events);",
    is: "",
  },
  {
    name: "a wallet that was frozen or closed is not stored so",
    file: "lane/workbench.ts",
    was: 'work.settingsChanged ||= event.type.startsWith("wallet.");',
    is: 'work.settingsChanged ||= event.type === "wallet.updated";',
  },
  {
    name: "sequences have a gap",
    file: "lane/workbench.ts",
    was: "sequence: work.wallet.version + 1,",
    is: "sequence: work.wallet.version + 2,",
  },
  {
    name: "who waits for the same key is told another request's outcome",
    file: "lane/open-tickets.ts",
    was: "const sameRequest = job.items[0]?.fingerprint === ticket.job.items[0]?.fingerprint;",
    is: "const sameRequest = true;",
  },
  {
    name: "a used key answers whatever is asked with it",
    file: "lane/answers.ts",
    was: "event && event.fingerprint === job.items[index]?.fingerprint,",
    is: "event !== undefined || index < 0,",
  },
  {
    name: "keys are not checked",
    file: "lane/workbench.ts",
    was: "root.keys.push(...keys);",
    is: "",
  },
  {
    name: "two organizations that name one id are told the same of it",
    file: "lane/job-queue.ts",
    was: "const nameOf = ({ organizationId, id }: Pick<Ref,",
    is: "const nameOf = ({ id: organizationId, id }: Pick<Ref,",
    world: amongStrangers,
  },
  {
    name: "events go back in time when a lane's clock does",
    file: "rules/decide.ts",
    was: "Math.max(clock, state.wallet.updatedAt, state.counterparty?.updatedAt ?? 0);",
    is: "clock || state.wallet.updatedAt;",
  },
  {
    name: "limits get nothing back from a reversal",
    file: "rules/lifecycle.ts",
    was: "returned: returnedBy(payment.consumed, amount),",
    is: "returned: returnedBy(payment.consumed, amount - amount),",
    world: payingCalmly,
  },
  {
    name: "money that comes in does not repay what is owed",
    file: "rules/book.ts",
    was: "const repaid = smallest(amount, balances.receivable);",
    is: "const repaid = smallest(0n, balances.receivable);",
    world: payingCalmly,
  },
  {
    name: "a hold that expired can be captured from again",
    file: "rules/capture.ts",
    was: "const covered = late ? 0n : smallest(amount, payment.held);",
    is: "const covered = smallest(amount, late ? promised : payment.held);",
    world: payingCalmly,
  },
  {
    name: "a hold that expires is released with what was captured of it",
    file: "rules/lifecycle.ts",
    was: 'postings: book(wallet, inflow(wallet, "release", "held", payment.held)),',
    is: 'postings: book(wallet, inflow(wallet, "release", "held", payment.held + payment.captured)),',
    world: payingCalmly,
  },
  {
    name: "a partial approval is the largest headroom",
    file: "rules/evidence.ts",
    was: "verdicts.reduce((least, verdict) => smallest(least, headroomOf(verdict) ?? least), requested);",
    is: "verdicts.reduce((most, verdict) => { const room = headroomOf(verdict) ?? 0n; return room > most && room < requested ? room : most; }, 0n);",
    world: payingCalmly,
  },
  {
    name: "weeks begin on Sunday",
    file: "rules/windows.ts",
    was: "const daysSinceMonday = (date.getUTCDay() + 6) % 7;",
    is: "const daysSinceMonday = date.getUTCDay();",
    world: payingCalmly,
  },
  {
    name: "what is not there may be spent",
    file: "rules/payment-controls.ts",
    was: 'amountVerdict("insufficient_funds", payment.amount, wallet.available, 0n),',
    is: 'amountVerdict("insufficient_funds", payment.amount, wallet.available + wallet.held, 0n),',
  },
];
