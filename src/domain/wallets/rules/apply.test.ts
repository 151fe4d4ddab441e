import { expect, test } from "vitest";
import {
  aCard,
  at,
  authorizing,
  aWallet,
  depositing,
  eventsOf,
  noon,
} from "../../../../test/support/wallet-states.ts";
import { apply, applyToCard } from "./apply.ts";
import { decide, type StateCommand } from "./decide.ts";
import type { State } from "./decision.ts";

const wallet = aWallet({ version: 4 });
const card = aCard(wallet);

const after = (state: State, command: StateCommand): State => {
  const draft = at(eventsOf(decide(state, command, noon)), 0);
  return apply(state, { ...draft, at: noon + 1, sequence: 5 });
};

test("an event of a payment changes the wallet, its card and the payment", () => {
  const state = { wallet, card };
  const next = after(state, authorizing(card, 100));
  expect(next.wallet).toMatchObject({ version: 5, held: 100n, updatedAt: noon + 1 });
  expect(next.card?.usage.day).toMatchObject({ amount: 100n, count: 1 });
  expect(next.authorization).toMatchObject({ sequence: 5, held: 100n, cardId: card.id });
  // What it was made from is as it was.
  expect(state).toEqual({ wallet, card });
});

test("an event of the wallet alone makes neither a card nor a payment", () => {
  const next = after({ wallet }, depositing(wallet, 5));
  expect(next.wallet.available).toBe(wallet.available + 5n);
  expect(Object.keys(next)).toEqual(["wallet"]);
});

test("a card keeps the merchant of its first approved payment, and only a locked card does", () => {
  const locked = aCard(wallet, { type: "merchant_locked" });
  const paid = (of: typeof card, merchantId: string) => {
    const merchant = { id: merchantId, name: null, category: null, country: null };
    const state = { wallet, card: of };
    return after(state, authorizing(of, 1, { merchant })).card?.lockedMerchantId;
  };
  expect(paid(card, "m-1")).toBeNull();
  expect(paid(locked, "m-1")).toBe("m-1");
  expect(paid({ ...locked, lockedMerchantId: "m-1" }, "m-1")).toBe("m-1");
});

test("a card that an event leaves as it was is the same object, which caches go by", () => {
  const { authorization } = after({ wallet, card }, authorizing(card, 0));
  const draft = at(eventsOf(decide({ wallet, card }, authorizing(card, 0), noon)), 0);
  const other = aCard(wallet);
  expect(applyToCard(other, { ...draft, at: noon })).toBe(other);
  expect(authorization?.held).toBe(0n);
  const deposit = at(eventsOf(decide({ wallet }, depositing(wallet, 1), noon)), 0);
  expect(applyToCard(card, { ...deposit, at: noon })).toBe(card);
});
