import type { Sha256 } from "../log/chain.ts";
import type { Card } from "../model/card.ts";
import type { WalletEvent } from "../model/event.ts";
import type { PostingRecord } from "../model/posting.ts";
import type { UsageRecord } from "../model/usage.ts";
import type { Wallet } from "../model/wallet.ts";
import {
  applyToAuthorization,
  applyToCard,
  applyToWallet,
  createdCard,
  openedWallet,
} from "../rules/apply.ts";
import { ChainCheck } from "./chain-check.ts";
import { DecisionCheck } from "./decision-check.ts";
import { type Finding, finding, type Place } from "./finding.ts";
import { EventSum, linkOfEvent, RecentPayments } from "./payments.ts";
import type { LogRow } from "./ports.ts";
import { operationRow } from "./rows.ts";

/** What of other places an event is held against. */
export interface Surroundings {
  /** The payment before the event, where it was not met lately. */
  readonly payment: RecentPayments;
  readonly counterpart: LogRow | undefined;
}

/**
 * Replays one wallet's log, event by event, and keeps what the projections must then be.
 * Memory is bounded by the wallet's cards, not by its events.
 */
export class LogReplay {
  readonly cards = new Map<string, Card>();
  /** What cards that replaced others began with. */
  readonly inheritedUsage = new Map<string, UsageRecord>();
  readonly payments = new RecentPayments();
  /** Of all events of payments. */
  readonly paymentEvents = new EventSum();
  wallet: Wallet | undefined;
  operations = 0;
  /** It cannot be followed further. */
  broken = false;
  readonly #place: Place;
  readonly #chain: ChainCheck;
  readonly #decisions: DecisionCheck;

  constructor(place: Place, sha256: Sha256) {
    this.#place = place;
    this.#chain = new ChainCheck(place, sha256);
    this.#decisions = new DecisionCheck(place);
  }

  get sequence(): number {
    return this.#chain.sequence;
  }

  /** `event` is the row's, read; `undefined` if its texts are no JSON. */
  step(row: LogRow, event: WalletEvent | undefined, around: Surroundings): Finding[] {
    const due = this.sequence + 1;
    if (row.sequence !== due) {
      this.broken = true;
      return [finding(this.#place, due, "wallet_events.sequence", "is missing from the log")];
    }
    const findings = this.#chain.check(row);
    const wrong = (field: string, problem: string) => {
      findings.push(finding(this.#place, row.sequence, field, problem));
    };
    try {
      if (!event) throw new Error("it is no JSON");
      const link = linkOfEvent(event);
      const payment =
        link &&
        (this.payments.get(link.authorizationId) ?? around.payment.get(link.authorizationId));
      const before = {
        wallet: this.wallet,
        card: (id: string) => this.cards.get(id),
        payment,
        counterpart: around.counterpart,
      };
      findings.push(...this.#decisions.check(row, event, before));
      this.#apply(event, row, payment);
      this.#checkBalances(event, wrong);
    } catch (error) {
      this.broken = true;
      const why = error instanceof Error ? error.message : String(error);
      wrong("wallet_events.data", `cannot be replayed: ${why}`);
    }
    return findings;
  }

  end(): Finding[] {
    return this.#decisions.end(this.sequence);
  }

  #apply(event: WalletEvent, row: LogRow, payment: ReturnType<RecentPayments["get"]>): void {
    const { organizationId } = row;
    if (event.type === "wallet.created" && !this.wallet) {
      this.wallet = openedWallet(organizationId, event.data, event.at);
    } else if (this.wallet) {
      this.wallet = applyToWallet(this.wallet, event);
    } else {
      throw new Error("the log does not begin with the wallet's creation");
    }
    this.wallet = { ...this.wallet, headHash: row.hash };
    this.#applyToCards(event, organizationId);
    if (operationRow(event, organizationId)) this.operations += 1;
    const after = applyToAuthorization(payment, event, organizationId);
    if (!after || after === payment) return;
    this.payments.put(after);
    this.paymentEvents.add(after.id, event.sequence);
  }

  #applyToCards(event: WalletEvent, organizationId: string): void {
    if (event.type === "card.created") {
      const { card, usage } = event.data;
      this.cards.set(card.id, createdCard(organizationId, card, event.at, usage));
      if (usage) this.inheritedUsage.set(card.id, usage);
      return;
    }
    // Only a wallet's end touches all of its cards.
    const touched =
      event.type === "wallet.closed" || event.type === "wallet.deleted"
        ? [...this.cards.values()]
        : [this.cards.get(cardOf(event) ?? "")];
    for (const card of touched) if (card) this.cards.set(card.id, applyToCard(card, event));
  }

  /** The journal's own balances, and none below zero. */
  #checkBalances(event: WalletEvent, wrong: (field: string, problem: string) => void): void {
    const { wallet } = this;
    if (!wallet) return;
    for (const account of ["available", "held", "receivable"] as const) {
      const balance = wallet[account];
      if (balance < 0n) wrong("wallet_events.data.postings", `leave ${account} at ${balance}`);
    }
    const postings = (event.data as { postings?: readonly PostingRecord[] }).postings ?? [];
    const last = postings.at(-1);
    if (!last) return;
    for (const account of ["available", "held", "receivable"] as const) {
      if (BigInt(last[account]) === wallet[account]) continue;
      const field = `wallet_events.data.postings[${postings.length - 1}].${account}`;
      wrong(field, `is ${last[account]}, the journal's sum is ${wallet[account]}`);
    }
  }
}

const cardOf = ({ data }: WalletEvent): string | undefined => {
  if ("authorization" in data) return data.authorization.cardId;
  return "card" in data ? data.card.id : undefined;
};
