import { expect } from "vitest";
import type { Authorization } from "../../src/domain/wallets/model/authorization.ts";
import type { Card } from "../../src/domain/wallets/model/card.ts";
import type { Authorize } from "../../src/domain/wallets/model/command.ts";
import type { DraftEvent, EventData, EventType } from "../../src/domain/wallets/model/event.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import {
  applyToAuthorization,
  applyToCard,
  applyToWallet,
  createdCard,
  type Placed,
  paymentOf,
} from "../../src/domain/wallets/rules/apply.ts";
import { decide, type StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type { Decision, State } from "../../src/domain/wallets/rules/decision.ts";
import { aCard, at, authorizing, aWallet, codeOf, eventsOf, noon } from "./wallet-states.ts";

/**
 * A wallet with cards whose payments live by the rules alone: decides, applies, and sees
 * after every step that what must always hold of balances and payments does.
 */
export class Life {
  readonly #wallets = new Map<string, Wallet>();
  readonly #cards = new Map<string, Card>();
  readonly #payments = new Map<string, Authorization>();
  readonly #own: string;
  readonly #firstCard: string;
  now = noon;

  constructor(over: { readonly wallet?: Partial<Wallet>; readonly card?: Partial<Card> } = {}) {
    const wallet = aWallet(over.wallet);
    const card = aCard(wallet, over.card);
    this.#own = wallet.id;
    this.#firstCard = card.id;
    this.#wallets.set(wallet.id, wallet);
    this.#cards.set(card.id, card);
  }

  get wallet(): Wallet {
    return found(this.#wallets.get(this.#own));
  }

  get card(): Card {
    return found(this.#cards.get(this.#firstCard));
  }

  /** The wallet's three balances. */
  get balances(): readonly [available: number, held: number, receivable: number] {
    const { available, held, receivable } = this.wallet;
    return [Number(available), Number(held), Number(receivable)];
  }

  cardOf(id: string): Card {
    return found(this.#cards.get(id));
  }

  payment({ id }: { readonly id: string }): Authorization {
    return found(this.#payments.get(id));
  }

  get payments(): readonly Authorization[] {
    return [...this.#payments.values()];
  }

  /** Another wallet of the organization. */
  another(over: Partial<Wallet> = {}): Wallet {
    const other = aWallet({ organizationId: this.wallet.organizationId, ...over });
    this.#wallets.set(other.id, other);
    return other;
  }

  walletOf({ id }: { readonly id: string }): Wallet {
    return found(this.#wallets.get(id));
  }

  after(ms: number): this {
    this.now += ms;
    return this;
  }

  decide(command: StateCommand): Decision {
    return decide(this.#state(command), command, this.now);
  }

  /** On a state that this life did not come to. */
  decideOn(state: State, command: StateCommand): Decision {
    return decide(state, command, this.now);
  }

  /** Does what the command asks; a refusal fails the test with its code. */
  does(command: StateCommand): readonly DraftEvent[] {
    const state = this.#state(command);
    const events = eventsOf(decide(state, command, this.now));
    // As read back from the log, which is text.
    for (const draft of events) this.#apply(JSON.parse(JSON.stringify(draft)) as DraftEvent, state);
    this.#check();
    return events;
  }

  /** The command changes nothing; answers why. */
  refuses(command: StateCommand): string {
    return codeOf(this.decide(command));
  }

  /** The data of the one event of this type that the command causes. */
  causes<Type extends EventType>(type: Type, command: StateCommand): EventData[Type] {
    const events = this.does(command).filter((event) => event.type === type);
    expect(events).toHaveLength(1);
    return at(events, 0).data as EventData[Type];
  }

  /** An approved payment of the first card. */
  pays(amount: number, over: Partial<Authorize> = {}): Authorization {
    const command = authorizing(this.card, amount, over);
    const { authorization } = this.causes("authorization.approved", command);
    return this.payment(authorization);
  }

  #state(command: StateCommand): State {
    const payment =
      "authorizationId" in command ? this.#payments.get(command.authorizationId) : undefined;
    const cardId =
      payment?.cardId ?? ("cardId" in command && command.kind !== "create_card" && command.cardId);
    const card = cardId ? this.#cards.get(cardId) : undefined;
    const receiver =
      command.kind === "transfer" || command.kind === "close_wallet" ? command.toWalletId : null;
    return {
      wallet: this.wallet,
      ...(card && { card }),
      ...(payment && { authorization: payment }),
      ...(receiver !== null && { counterparty: found(this.#wallets.get(receiver)) }),
    };
  }

  #apply(draft: DraftEvent, state: State): void {
    const wallet = found(this.#wallets.get(draft.walletId));
    const event: Placed = { ...draft, at: this.now, sequence: wallet.version + 1 };
    this.#wallets.set(wallet.id, applyToWallet(wallet, event));
    for (const card of this.#cards.values()) {
      if (card.walletId === wallet.id) this.#cards.set(card.id, applyToCard(card, event));
    }
    if (event.type === "card.created") {
      const { card, usage } = event.data;
      this.#cards.set(card.id, createdCard(wallet.organizationId, card, this.now, usage));
    }
    const id = paymentOf(event)?.id;
    if (id === undefined) return;
    expect(state.authorization === undefined || state.authorization.id === id).toBe(true);
    const payment = applyToAuthorization(this.#payments.get(id), event, wallet.organizationId);
    this.#payments.set(id, found(payment));
  }

  #check(): void {
    for (const { id, available, held, receivable } of this.#wallets.values()) {
      expect([id, available >= 0n, held >= 0n, receivable >= 0n]).toEqual([id, true, true, true]);
    }
    const first = this.#cards.get(this.#firstCard);
    const payments = [...this.#payments.values()].filter(
      ({ walletId }) => walletId === first?.walletId,
    );
    expect(payments.reduce((sum, { held }) => sum + held, 0n)).toBe(this.wallet.held);
    for (const payment of payments) expectSound(payment);
  }
}

/** What holds of every payment at every time. */
const expectSound = (payment: Authorization): void => {
  const { status, amount, held, captured, reversed, refunded, consumed } = payment;
  // What it has of the limits is what it holds and what was taken.
  const counted = consumed.reduce((sum, entry) => sum + BigInt(entry.amount), 0n);
  const expected = {
    counted: held + captured,
    countedOnce: held + captured > 0n ? 1 : 0,
    holds: status === "open",
    expires: status === "open",
    refundedAtMost: true,
    promisedAtLeast: true,
  };
  expect({
    counted,
    countedOnce: consumed.reduce((sum, { count }) => sum + count, 0),
    holds: held > 0n,
    expires: payment.expiresAt !== null,
    refundedAtMost: refunded <= captured,
    promisedAtLeast: held + reversed <= amount,
  }).toEqual(expected);
};

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("there is no such wallet, card or payment");
  return value;
};
