import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { Authorization } from "../../src/domain/wallets/model/authorization.ts";
import type { Card } from "../../src/domain/wallets/model/card.ts";
import type { DraftEvent } from "../../src/domain/wallets/model/event.ts";
import type { Usage } from "../../src/domain/wallets/model/usage.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import {
  applyToAuthorization,
  applyToCard,
  applyToWallet,
  createdCard,
  type Placed,
  paymentOf,
} from "../../src/domain/wallets/rules/apply.ts";
import { decide, eventTime, type StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type { State } from "../../src/domain/wallets/rules/decision.ts";
import { limitWindows } from "../../src/domain/wallets/rules/limits.ts";
import { naively } from "./naive-model.ts";
import { comparable, outcomeOf } from "./naive-outcomes.ts";
import {
  type NaiveOutcome,
  type NaiveUse,
  type NaiveWorld,
  naiveWorld,
  usedInWindow,
  usesOfCard,
  usesOfWallet,
} from "./naive-world.ts";
import { aCard, at, aWallet } from "./wallet-states.ts";

/** Everything that the rules know. */
interface Known {
  readonly wallets: Map<string, Wallet>;
  readonly cards: Map<string, Card>;
  readonly payments: Map<string, Authorization>;
}

/** An event with the place in the log and what caused it. */
type Logged = Placed & { readonly command: StateCommand };

export interface Beginning {
  readonly start: number;
  readonly zones: readonly [string, string];
  readonly currencies: readonly [string, string];
  readonly types: readonly [Card["type"], Card["type"], Card["type"]];
  readonly owes: number;
}

/** Two wallets with cards, as the rules see them and as the naive model does. */
export class TwoWorlds {
  readonly known: Known;
  readonly #first: Known;
  readonly #naive: NaiveWorld;
  /** Of both wallets, in order; as read back from the log, which is text. */
  readonly #log: Logged[] = [];
  /** What the journal adds up to, by wallet and account: credits less debits. */
  readonly #journal = new Map<string, bigint>();
  clock: number;
  steps = 0;

  constructor({ start, zones, owes, currencies, types }: Beginning) {
    this.clock = start;
    const time = { createdAt: start, updatedAt: start };
    const first = aWallet({
      timezone: zones[0],
      currency: currencies[0],
      available: owes > 0 ? 0n : 5_000n,
      receivable: BigInt(owes),
      lowBalanceThreshold: 1_000,
      ...time,
    });
    const second = aWallet({
      organizationId: first.organizationId,
      timezone: zones[1],
      currency: currencies[1],
      available: 3_000n,
      ...time,
    });
    const wallets = [first, second];
    const cards = [first, first, second].map((wallet, i) => aCard(wallet, { type: at(types, i) }));
    const byId = <T extends { readonly id: string }>(things: readonly T[]) =>
      new Map(things.map((thing) => [thing.id, thing]));
    this.#first = { wallets: byId(wallets), cards: byId(cards), payments: new Map() };
    this.known = { wallets: byId(wallets), cards: byId(cards), payments: new Map() };
    this.#naive = naiveWorld(wallets, cards);
  }

  get wallets(): Wallet[] {
    return [...this.known.wallets.values()];
  }

  get cards(): Card[] {
    return [...this.known.cards.values()];
  }

  get payments(): Authorization[] {
    return [...this.known.payments.values()];
  }

  /** Decides and applies on both sides, compares what they say, and sees that all still holds. */
  step(command: StateCommand): NaiveOutcome["kind"] {
    this.steps += 1;
    const state = stateOf(this.known, command);
    deepFreeze(state);
    const now = eventTime(state, this.clock);
    const decision = decide(state, command, now);
    const expected = naively(this.#naive, command, this.clock);
    const given = decision.ok ? undefined : decision.refusal.code;
    same(outcomeOf(decision), comparable(expected, given));
    if (decision.ok) this.#happen(state, decision.events, command, now);
    const wallet = this.known.wallets.get(state.wallet.id);
    if (expected.kind === "declined") {
      // Declines move nothing and use nothing of any limit.
      same([wallet?.usage, balancesOf(wallet)], [state.wallet.usage, balancesOf(state.wallet)]);
      expect(this.known.cards.get(state.card?.id ?? "")).toBe(state.card);
    }
    this.#check(state);
    return expected.kind;
  }

  #happen(state: State, events: readonly DraftEvent[], command: StateCommand, now: number): void {
    let cleared = 0n;
    for (const draft of events) {
      const { version } = found(this.known.wallets.get(draft.walletId));
      const event: Logged = { ...plain(draft), at: now, sequence: version + 1, command };
      this.#log.push(event);
      applyTo(this.known, event);
      for (const { debit, credit, amount } of postingsOf(event)) {
        same(Number.isSafeInteger(amount) && amount > 0, true);
        this.#add(event.walletId, debit, -BigInt(amount));
        this.#add(event.walletId, credit, BigInt(amount));
        if (credit === "clearing") cleared += BigInt(amount);
        if (debit === "clearing") cleared -= BigInt(amount);
      }
    }
    same(cleared, 0n);
    for (const wallet of [state.wallet, state.counterparty]) {
      if (wallet) this.#checkWarning(wallet, events);
    }
  }

  /** Told when, and only when, available fell below the threshold. */
  #checkWarning(before: Wallet, events: readonly DraftEvent[]): void {
    const after = found(this.known.wallets.get(before.id));
    const threshold = before.lowBalanceThreshold;
    const fell =
      threshold !== null &&
      before.available >= BigInt(threshold) &&
      after.available < BigInt(threshold) &&
      after.status !== "closed";
    const told = events.filter(
      ({ walletId, type }) => walletId === before.id && type === "wallet.balance_low",
    );
    same([before.id, told.length], [before.id, fell ? 1 : 0]);
  }

  #add(walletId: string, account: string, amount: bigint): void {
    const key = `${walletId} ${account}`;
    this.#journal.set(key, (this.#journal.get(key) ?? 0n) + amount);
  }

  /** What must hold after every step. */
  #check({ card, authorization }: State): void {
    for (const wallet of this.known.wallets.values()) {
      const first = found(this.#first.wallets.get(wallet.id));
      const model = this.#naive.wallets.get(wallet.id);
      const { available, held, receivable } = wallet;
      const journal = (account: string) => this.#journal.get(`${wallet.id} ${account}`) ?? 0n;
      same(available >= 0n && held >= 0n && receivable >= 0n, true);
      same(
        [wallet.status, available, held, receivable],
        [model?.status, model?.available, model?.held, model?.owes],
      );
      same(
        [available, held, receivable],
        [
          first.available + journal("available"),
          first.held + journal("held"),
          first.receivable - journal("receivable"),
        ],
      );
      recount(wallet.usage, usesOfWallet(this.#naive, wallet.id), model?.lastUse ?? "");
      let open = 0n;
      for (const one of this.known.payments.values()) {
        if (one.walletId === wallet.id && one.status === "open") open += one.held;
      }
      same(held, open);
    }
    if (card) this.#checkCard(found(this.known.cards.get(card.id)));
    const newest = authorization?.id ?? [...this.known.payments.keys()].at(-1);
    if (newest !== undefined) this.#checkPayment(newest);
  }

  #checkCard(card: Card): void {
    const model = this.#naive.cards.get(card.id);
    recount(card.usage, usesOfCard(this.#naive, card.id), model?.lastUse ?? "");
    const { lockedMerchantId, status } = card;
    const wallet = found(this.known.wallets.get(card.walletId));
    const deleted = wallet.deletedAt === null && card.deletedAt !== null;
    const expected = wallet.status === "closed" ? "terminated" : model?.status;
    same([lockedMerchantId, status], [model?.onlyMerchant, expected]);
    if (wallet.deletedAt === null) same(deleted, model?.deleted);
  }

  #checkPayment(id: string): void {
    const payment = found(this.known.payments.get(id));
    const model = this.#naive.payments.get(id);
    same(
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
      ],
      [
        model?.status,
        model?.approved,
        model?.asked,
        model?.amount,
        model?.held,
        model?.captured,
        model?.reversed,
        model?.refunded,
        model?.status === "open" ? model.expiresAt : null,
      ],
    );
    const counted = (entries: readonly { amount: bigint | number; counts: boolean }[]) =>
      entries.map(({ amount, counts }) => [BigInt(amount), counts]);
    same(
      counted(payment.consumed.map((one) => ({ ...one, counts: one.count === 1 }))),
      counted(model?.uses ?? []),
    );
  }

  /** At the end: all cards and payments agree, and the log alone tells the same story again. */
  checkAll(): void {
    for (const card of this.known.cards.values()) this.#checkCard(card);
    for (const id of this.known.payments.keys()) this.#checkPayment(id);
    const replayed: Known = {
      wallets: new Map(this.#first.wallets),
      cards: new Map(this.#first.cards),
      payments: new Map(),
    };
    for (let next = 0; next < this.#log.length; ) {
      const { command, at: now } = at(this.#log, next);
      const decision = decide(stateOf(replayed, command), command, now);
      if (!decision.ok) throw new Error(`${command.kind} is refused when it is decided again`);
      for (const draft of decision.events) {
        const event = at(this.#log, next++);
        const { at: _, sequence, command: __, ...logged } = event;
        same(plain(draft), logged);
        same(sequence, found(replayed.wallets.get(event.walletId)).version + 1);
        applyTo(replayed, event);
      }
    }
    same(replayed, this.known);
  }
}

const stateOf = (known: Known, command: StateCommand): State => {
  const authorization =
    "authorizationId" in command ? found(known.payments.get(command.authorizationId)) : undefined;
  const cardId =
    authorization?.cardId ??
    ("cardId" in command && command.kind !== "create_card" ? command.cardId : undefined);
  const card = cardId === undefined ? undefined : found(known.cards.get(cardId));
  const walletId = card?.walletId ?? ("walletId" in command ? command.walletId : "");
  const receiver =
    command.kind === "transfer" || command.kind === "close_wallet" ? command.toWalletId : null;
  return {
    wallet: found(known.wallets.get(walletId)),
    ...(card && { card }),
    ...(authorization && { authorization }),
    ...(receiver !== null && { counterparty: found(known.wallets.get(receiver)) }),
  };
};

const applyTo = (known: Known, event: Placed): void => {
  const wallet = found(known.wallets.get(event.walletId));
  known.wallets.set(wallet.id, applyToWallet(wallet, event));
  for (const card of known.cards.values()) {
    if (card.walletId === wallet.id) known.cards.set(card.id, applyToCard(card, event));
  }
  if (event.type === "card.created") {
    const { card, usage } = event.data;
    known.cards.set(card.id, createdCard(wallet.organizationId, card, event.at, usage));
  }
  const id = paymentOf(event)?.id;
  if (id === undefined) return;
  const payment = applyToAuthorization(known.payments.get(id), event, wallet.organizationId);
  known.payments.set(id, found(payment));
};

const postingsOf = ({ data }: Placed) => ("postings" in data ? data.postings : []);

const balancesOf = (wallet: Wallet | undefined) =>
  wallet && { available: wallet.available, held: wallet.held, receivable: wallet.receivable };

/** Usage is what all payments used that have not given it back, window by window. */
const recount = (usage: Usage, uses: readonly NaiveUse[], lastUse: string): void => {
  for (const window of limitWindows) {
    const { amount, count } = usedInWindow(uses, window, lastUse);
    same([window, usage[window].amount, usage[window].count], [window, amount, count]);
  }
};

/** As read back from the log. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("there is no such thing");
  return value;
};

/** Many times faster than `expect` where, as nearly always, there is no difference to show. */
const same = (one: unknown, two: unknown): void => {
  if (!isDeepStrictEqual(one, two)) expect(one).toEqual(two);
};

const deepFreeze = (value: unknown): void => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
};
