import type { Authorization } from "../../src/domain/wallets/model/authorization.ts";
import type { Card } from "../../src/domain/wallets/model/card.ts";
import type { Command } from "../../src/domain/wallets/model/command.ts";
import type { DraftEvent } from "../../src/domain/wallets/model/event.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import {
  applyToAuthorization,
  applyToCard,
  applyToWallet,
  createdCard,
  openedWallet,
  paymentOf,
} from "../../src/domain/wallets/rules/apply.ts";
import { decide } from "../../src/domain/wallets/rules/decide.ts";
import type { Decision, State } from "../../src/domain/wallets/rules/decision.ts";
import { openWallet } from "../../src/domain/wallets/rules/wallet-lifecycle.ts";

const organizationId = "organization";

/** Wallets, cards and payments that live by the rules alone, for the examples in the documents. */
export class World {
  readonly #wallets = new Map<string, Wallet>();
  readonly #cards = new Map<string, Card>();
  readonly #payments = new Map<string, Authorization>();
  now = Date.UTC(2026, 10, 2, 12);

  /** Decides and applies; a refusal is a mistake in the story. */
  run(command: Command): readonly DraftEvent[] {
    const [decision, state] = this.#decide(command);
    if (!decision.ok) throw new Error(`${command.kind}: ${decision.refusal.code}`);
    for (const draft of decision.events) this.#apply(draft, state);
    return decision.events;
  }

  #decide(command: Command): readonly [Decision, State | undefined] {
    if (command.kind === "open_wallet") return [openWallet(command, this.now), undefined];
    const state = this.#state(command);
    return [decide(state, command, this.now), state];
  }

  #state(command: Exclude<Command, { readonly kind: "open_wallet" }>): State {
    const authorization =
      "authorizationId" in command ? found(this.#payments, command.authorizationId) : undefined;
    const cardId =
      authorization?.cardId ??
      ("cardId" in command && command.kind !== "create_card" ? command.cardId : undefined);
    const card = cardId === undefined ? undefined : found(this.#cards, cardId);
    const walletId = "walletId" in command ? command.walletId : (card?.walletId ?? "");
    const receiver = "toWalletId" in command ? command.toWalletId : null;
    return {
      wallet: found(this.#wallets, walletId),
      ...(card && { card }),
      ...(authorization && { authorization }),
      ...(receiver !== null && { counterparty: found(this.#wallets, receiver) }),
    };
  }

  #apply(draft: DraftEvent, state: State | undefined): void {
    if (draft.type === "wallet.created") {
      const wallet = openedWallet(organizationId, draft.data, this.now);
      this.#wallets.set(wallet.id, wallet);
      return;
    }
    const wallet = found(this.#wallets, draft.walletId);
    const event = { ...draft, at: this.now, sequence: wallet.version + 1 };
    this.#wallets.set(wallet.id, applyToWallet(wallet, event));
    for (const [id, card] of this.#cards) {
      if (card.walletId === wallet.id) this.#cards.set(id, applyToCard(card, event));
    }
    if (draft.type === "card.created") {
      const { card, usage } = draft.data;
      this.#cards.set(card.id, createdCard(organizationId, card, this.now, usage));
    }
    const payment = applyToAuthorization(state?.authorization, event, organizationId);
    if (paymentOf(event) && payment) this.#payments.set(payment.id, payment);
  }
}

const found = <T>(things: ReadonlyMap<string, T>, id: string): T => {
  const thing = things.get(id);
  if (thing === undefined) throw new Error(`the story has no ${id}`);
  return thing;
};
