import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  dateIn,
  type NaiveOutcome,
  type NaiveWorld,
  naively,
  naiveWorld,
  sameWindow,
} from "../../../../test/support/naive-model.ts";
import {
  aCard,
  aMerchant,
  at,
  authorizing,
  aWallet,
  creatingCard,
  depositing,
  transferring,
  updatingCard,
  withdrawing,
} from "../../../../test/support/wallet-states.ts";
import type { Card } from "../model/card.ts";
import type { Usage } from "../model/usage.ts";
import type { Wallet } from "../model/wallet.ts";
import { applyToCard, applyToWallet, createdCard, type Happened } from "./apply.ts";
import { decide, eventTime, type StateCommand } from "./decide.ts";
import type { Decision } from "./decision.ts";
import { type LimitsPatch, limitWindows, noLimits, patchLimits } from "./limits.ts";

/** How many random sequences of fifty commands; more of them take longer and find no less. */
const runs = Number(process.env["PROPERTY_RUNS"] ?? 440);

/** A world of two wallets, as the rules see it and as the naive model does. */
class World {
  readonly wallets: Wallet[];
  readonly cards: Card[];
  readonly firstWallets: readonly Wallet[];
  readonly firstCards: readonly Card[];
  readonly naive: NaiveWorld;
  /** By wallet; as read back from the log, which is text. */
  readonly log = new Map<string, Happened[]>();
  clock: number;

  constructor({ start, zones, owes, currencies, second: funds }: Beginning) {
    this.clock = start;
    const first = aWallet({
      timezone: zones[0],
      currency: currencies[0],
      available: owes > 0 ? 0n : 5_000n,
      receivable: BigInt(owes),
      createdAt: start,
      updatedAt: start,
    });
    const organizationId = first.organizationId;
    const second = aWallet({
      organizationId,
      timezone: zones[1],
      currency: currencies[1],
      available: BigInt(funds),
      createdAt: start,
      updatedAt: start,
    });
    this.firstWallets = [first, second];
    this.firstCards = [aCard(first), aCard(first), aCard(second)];
    this.wallets = [...this.firstWallets];
    this.cards = [...this.firstCards];
    this.naive = naiveWorld(this.wallets, this.cards);
    for (const { id } of this.wallets) this.log.set(id, []);
  }

  /** Decides and applies, on both sides, and compares what they say. */
  step(command: StateCommand): string {
    const card =
      "cardId" in command ? this.cards.find(({ id }) => id === command.cardId) : undefined;
    const walletId = card?.walletId ?? ("walletId" in command ? command.walletId : "");
    const wallet = this.#wallet(walletId);
    const state = {
      wallet,
      ...(card && { card }),
      ...(command.kind === "transfer" && { counterparty: this.#wallet(command.toWalletId) }),
    };
    deepFreeze(state);
    const now = eventTime(state, this.clock);
    const decision = decide(state, command, now);
    const expected = naively(this.naive, command, this.clock);
    same(outcomeOf(decision), comparable(expected, decision));
    const before = { wallet, card };
    if (decision.ok) for (const event of decision.events) this.#apply({ ...event, at: now });
    if (expected.kind === "declined") {
      const after = this.#wallet(walletId);
      expect(after.usage).toBe(before.wallet.usage);
      expect(this.cards.find(({ id }) => id === card?.id)).toBe(before.card);
      same(balancesOf(after), balancesOf(before.wallet));
    }
    return expected.kind;
  }

  #wallet(id: string): Wallet {
    return at(
      this.wallets.filter((wallet) => wallet.id === id),
      0,
    );
  }

  #apply(event: Happened): void {
    this.log.get(event.walletId)?.push(JSON.parse(JSON.stringify(event)) as Happened);
    this.wallets.forEach((wallet, i) => {
      if (wallet.id === event.walletId) this.wallets[i] = applyToWallet(wallet, event);
    });
    this.cards.forEach((card, i) => {
      if (card.walletId === event.walletId) this.cards[i] = applyToCard(card, event);
    });
    if (event.type === "card.created") {
      const { organizationId } = at(this.wallets, 0);
      this.cards.push(createdCard(organizationId, event.data.card, event.at));
    }
  }

  /** Everything that must hold after every step. */
  check(): void {
    for (const [i, wallet] of this.wallets.entries()) {
      const first = at(this.firstWallets, i);
      const log = this.log.get(wallet.id) ?? [];
      const model = this.naive.wallets.get(wallet.id);
      const { available, held, receivable } = wallet;
      same(available >= 0n && held >= 0n && receivable >= 0n, true);
      same([available, held, receivable], [model?.available, model?.held, model?.owes]);
      same(balancesOf(wallet), foldPostings(first, log));
      same(held, openHolds(log));
      same(wallet.version, first.version + log.length);
      recount(wallet.usage, wallet.timezone, log);
      same(log.reduce(applyToWallet, first), wallet);
    }
    for (const card of this.cards) {
      const log = this.log.get(card.walletId) ?? [];
      const wallet = this.#wallet(card.walletId);
      recount(card.usage, wallet.timezone, log, card.id);
      same(this.#replayedCard(card, log), card);
    }
  }

  #replayedCard(card: Card, log: readonly Happened[]): Card | undefined {
    let replayed = this.firstCards.find(({ id }) => id === card.id);
    for (const event of log) {
      if (replayed) replayed = applyToCard(replayed, event);
      else if (event.type === "card.created" && event.data.card.id === card.id) {
        replayed = createdCard(card.organizationId, event.data.card, event.at);
      }
    }
    return replayed;
  }

  /** What all wallets hold less what they owe. */
  get worth(): bigint {
    return this.wallets.reduce(
      (sum, { available, held, receivable }) => sum + available + held - receivable,
      0n,
    );
  }
}

const balancesOf = ({ available, held, receivable }: Wallet) => ({ available, held, receivable });

/** Debits and credits added up by account: nothing of how the rules do it. */
const foldPostings = (first: Wallet, log: readonly Happened[]) => {
  const sums = new Map<string, bigint>();
  for (const { data } of log) {
    for (const { debit, credit, amount } of "postings" in data ? data.postings : []) {
      same(amount > 0, true);
      sums.set(debit, (sums.get(debit) ?? 0n) - BigInt(amount));
      sums.set(credit, (sums.get(credit) ?? 0n) + BigInt(amount));
    }
  }
  return {
    available: first.available + (sums.get("available") ?? 0n),
    held: first.held + (sums.get("held") ?? 0n),
    receivable: first.receivable - (sums.get("receivable") ?? 0n),
  };
};

const openHolds = (log: readonly Happened[]): bigint =>
  log.reduce(
    (sum, { data }) => sum + BigInt("authorization" in data ? data.authorization.held : 0),
    0n,
  );

/** Usage is what the approvals in the log add up to, window by window. */
const recount = (usage: Usage, zone: string, log: readonly Happened[], cardId?: string) => {
  const approvals = log.flatMap((event) =>
    event.type === "authorization.approved" &&
    (cardId === undefined || event.data.authorization.cardId === cardId)
      ? [
          {
            amount: BigInt(event.data.authorization.amount),
            asked: event.data.authorization.requestedAmount,
            day: dateIn(zone, event.at),
          },
        ]
      : [],
  );
  const newest = approvals.at(-1);
  for (const window of limitWindows) {
    const inWindow = approvals.filter(({ day }) => sameWindow(window, day, newest?.day ?? ""));
    same(
      [window, usage[window].amount, usage[window].count],
      [
        window,
        inWindow.reduce((sum, { amount }) => sum + amount, 0n),
        inWindow.filter(({ asked }) => asked > 0).length,
      ],
    );
  }
};

/** Many times faster than `expect` where, as nearly always, there is no difference to show. */
const same = (one: unknown, two: unknown): void => {
  if (!isDeepStrictEqual(one, two)) expect(one).toEqual(two);
};

const outcomeOf = (decision: Decision) => {
  if (!decision.ok) return { kind: "refused", code: decision.refusal.code };
  const [event] = decision.events;
  if (event?.type === "authorization.approved") {
    const { amount, reasons } = event.data.authorization;
    return { kind: "approved", amount: BigInt(amount), reasons: [...reasons].sort() };
  }
  return event?.type === "authorization.declined"
    ? { kind: "declined", reasons: [...event.data.authorization.reasons].sort() }
    : { kind: "done" };
};

/** The model's outcome in the form of the decision's; of several refusals the one that was given. */
const comparable = (expected: NaiveOutcome, decision: Decision) => {
  if (expected.kind === "refused") {
    const given = decision.ok ? undefined : decision.refusal.code;
    return {
      kind: "refused",
      code: expected.codes.find((code) => code === given) ?? expected.codes,
    };
  }
  return "reasons" in expected ? { ...expected, reasons: [...expected.reasons].sort() } : expected;
};

const deepFreeze = (value: unknown): void => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
};

interface Beginning {
  readonly start: number;
  readonly zones: readonly [string, string];
  readonly currencies: readonly [string, string];
  readonly owes: number;
  /** What the second wallet has; an empty one can be deleted. */
  readonly second: number;
}

const zone = fc.constantFrom(
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Pacific/Apia",
);

const beginning: fc.Arbitrary<Beginning> = fc.record({
  start: fc.constantFrom(
    ...["2026-03-20", "2026-10-20", "2026-12-24", "2028-02-20"].map((day) =>
      Date.parse(`${day}T12:00Z`),
    ),
  ),
  zones: fc.tuple(zone, zone),
  currencies: fc.constantFrom(["EUR", "EUR"], ["EUR", "EUR"], ["EUR", "USD"]),
  owes: fc.constantFrom(0, 0, 0, 700),
  second: fc.constantFrom(3_000, 3_000, 0),
});

const amount = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 1_500 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1_500, max: 8_000 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 4_000),
  },
);

/** Under the organization's smallest (100, where there is one) now and then. */
const limitAmount = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 99 }) },
  { weight: 4, arbitrary: fc.integer({ min: 100, max: 4_000 }) },
);
const limit = fc.oneof(
  fc.constant(null),
  fc.record({ amount: limitAmount }),
  fc.record({ count: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ amount: limitAmount, count: fc.integer({ min: 0, max: 6 }) }),
);
const limits = fc.record(
  {
    perTransaction: fc.oneof(
      fc.constant(null),
      fc.record({ amount: fc.integer({ min: 1, max: 2_000 }) }),
    ),
    day: limit,
    week: limit,
    month: limit,
    year: limit,
    lifetime: limit,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<LimitsPatch>;

const list = (...values: string[]) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.record(
        { allow: fc.subarray(values), block: fc.subarray(values) },
        { requiredKeys: [] },
      ),
    },
  );
const controls = fc.record({
  merchants: list("m-1", "m-2"),
  categories: list("5411", "7011"),
  countries: list("DE", "US"),
});
const merchant = fc.record({
  id: fc.constantFrom("m-1", "m-2", null),
  name: fc.constant(null),
  category: fc.constantFrom("5411", "7011", null),
  country: fc.constantFrom("DE", "US", null),
});

type Step = (world: World, pick: number) => StateCommand;

const ofWallet = (world: World, pick: number) => at(world.wallets, pick % 2);
const ofCard = (world: World, pick: number) => at(world.cards, pick % world.cards.length);

const paying = fc
  .record({
    amount: fc.oneof({ weight: 9, arbitrary: amount }, { weight: 1, arbitrary: fc.constant(0) }),
    merchant,
    partialApproval: fc.boolean(),
    currency: fc.constantFrom(null, null, null, "EUR"),
  })
  .map(
    ({ amount, ...over }): Step =>
      (world, pick) =>
        authorizing(ofCard(world, pick), amount, { ...over, merchant: aMerchant(over.merchant) }),
  );

const moving = fc.tuple(fc.constantFrom("in", "in", "out", "across"), amount, fc.boolean()).map(
  ([way, amount, all]): Step =>
    (world, pick) => {
      const wallet = ofWallet(world, pick);
      const other = ofWallet(world, pick + 1);
      if (way === "in") return depositing(wallet, amount);
      // All of it, so that wallets become empty and can be deleted.
      const most = all && wallet.available > 0n ? Number(wallet.available) : amount;
      return way === "out" ? withdrawing(wallet, most) : transferring(wallet, other, most);
    },
);

const settings = fc
  .record({ limits, controls, timezone: zone, small: fc.constantFrom(0, 0, 100) })
  .chain(({ small, timezone, ...over }) =>
    fc.constantFrom<Step>(
      (world, pick) => updatingCard(ofCard(world, pick), { ...over, smallestLimit: small }),
      (world, pick) => ({
        kind: "update_wallet",
        walletId: ofWallet(world, pick).id,
        smallestLimit: small,
        ...over,
      }),
      (world, pick) => ({
        kind: "update_wallet",
        walletId: ofWallet(world, pick).id,
        smallestLimit: small,
        timezone,
      }),
      (world, pick) =>
        creatingCard(ofWallet(world, pick), {
          limits: patchLimits(noLimits, over.limits),
          controls: over.controls,
          smallestLimit: small,
          expYear: 2026 + (pick % 2),
          expMonth: 1 + (pick % 12),
        }),
    ),
  );

const status = fc.constantFrom<Step>(
  (world, pick) => ({ kind: "freeze_wallet", walletId: ofWallet(world, pick).id }),
  (world, pick) => ({ kind: "unfreeze_wallet", walletId: ofWallet(world, pick).id }),
  (world, pick) => ({ kind: "unfreeze_wallet", walletId: ofWallet(world, pick).id }),
  (world, pick) => ({ kind: "freeze_card", cardId: ofCard(world, pick).id }),
  (world, pick) => ({ kind: "unfreeze_card", cardId: ofCard(world, pick).id }),
  (world, pick) => ({ kind: "unfreeze_card", cardId: ofCard(world, pick).id }),
);

const ending = fc.constantFrom<Step>(
  (world, pick) => ({ kind: "terminate_card", cardId: ofCard(world, pick).id }),
  (world, pick) => ({ kind: "delete_card", cardId: ofCard(world, pick).id }),
  (world, pick) => ({ kind: "delete_wallet", walletId: ofWallet(world, pick).id }),
);

const step = fc.record({
  make: fc.oneof(
    { weight: 24, arbitrary: paying },
    { weight: 12, arbitrary: moving },
    { weight: 4, arbitrary: settings },
    { weight: 4, arbitrary: status },
    { weight: 1, arbitrary: ending },
  ),
  pick: fc.nat(1_000),
  /** Clocks of lanes differ: it may also go back. */
  passed: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 3_600_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 2 * 86_400_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: -2_000, max: 0 }) },
  ),
});

test("random commands keep every invariant, and a naive model agrees with every decision", () => {
  const seen: Record<string, number> = {};
  let steps = 0;
  fc.assert(
    fc.property(
      beginning,
      fc.array(step, { minLength: 48, maxLength: 56, size: "max" }),
      (begin, commands) => {
        const world = new World(begin);
        for (const { make, pick, passed } of commands) {
          world.clock += passed;
          const command = make(world, pick);
          const worth = world.worth;
          const kind = world.step(command);
          world.check();
          const moved =
            command.kind === "deposit"
              ? command.amount
              : command.kind === "withdraw"
                ? -command.amount
                : 0;
          same(world.worth - worth, kind === "done" ? BigInt(moved) : 0n);
          steps += 1;
          const name = `${command.kind} ${kind}`;
          seen[name] = (seen[name] ?? 0) + 1;
        }
      },
    ),
    { numRuns: runs },
  );
  expect(steps).toBeGreaterThanOrEqual(20_000);
  // Not vacuous: each of these happened often.
  for (const name of [
    "deposit done",
    "deposit refused",
    "withdraw done",
    "withdraw refused",
    "transfer done",
    "transfer refused",
    "authorize approved",
    "authorize declined",
    "authorize refused",
    "update_wallet done",
    "update_wallet refused",
    "create_card done",
    "update_card done",
    "delete_wallet done",
    "delete_wallet refused",
    "delete_card done",
  ]) {
    expect([name, seen[name] ?? 0]).toEqual([
      name,
      expect.toSatisfy((count: number) => count >= 5),
    ]);
  }
}, 60_000);
