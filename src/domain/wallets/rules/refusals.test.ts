import { describe, expect, test } from "vitest";
import { Life } from "../../../../test/support/payment-life.ts";
import {
  aCard,
  authorizing,
  aWallet,
  capturing,
  closing,
  depositing,
  incrementing,
  newId,
  noon,
  refunding,
  reversing,
  transferring,
  updatingCard,
  withdrawing,
} from "../../../../test/support/wallet-states.ts";
import { maxAmount } from "../model/money.ts";
import type { Wallet } from "../model/wallet.ts";
import { capture } from "./capture.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decision.ts";
import { deposit, transfer, withdraw } from "./movements.ts";
import { closeWallet, deleteWallet, updateWallet } from "./wallet-lifecycle.ts";

/** What a client reads of a refusal: its code, and each place of the request that is in the way. */
const told = (decision: Decision): readonly (string | undefined)[] => {
  if (decision.ok) throw new Error("was not refused");
  const { code, errors = [] } = decision.refusal;
  return [code, ...errors.map(({ pointer }) => pointer)];
};

const detailsOf = (decision: Decision): string => {
  if (decision.ok) throw new Error("was not refused");
  const { detail, errors = [] } = decision.refusal;
  return [detail, ...errors.map((error) => error.detail)].join(" ");
};

const wallet = aWallet({ available: 100n });
const later = new Date(noon + 1).toISOString();
const sending = (receiver: Partial<Wallet>, over: object = {}, amount = 10): Decision => {
  const other = aWallet(receiver);
  return transfer(wallet, other, { ...transferring(wallet, other, amount), ...over }, noon);
};

describe("a movement that is refused points at", () => {
  test("its amount, if there is less, or if it would be too much to keep", () => {
    expect(told(withdraw(wallet, withdrawing(wallet, 101), noon))).toEqual([
      "insufficient_funds",
      "/amount",
    ]);
    const full = aWallet({ available: maxAmount });
    expect(told(deposit(full, depositing(full, 1), noon))).toEqual([
      "balance_too_large",
      "/amount",
    ]);
    expect(told(sending({ available: maxAmount }))).toEqual(["balance_too_large", "/amount"]);
    expect(told(sending({}, {}, 101))).toEqual(["insufficient_funds", "/amount"]);
  });

  test("the receiver, if it is the sender, gone, closed or of another currency", () => {
    const itself = transfer(wallet, wallet, transferring(wallet, wallet, 1), noon);
    expect(told(itself)).toEqual(["validation_failed", "/toWalletId"]);
    expect(told(sending({ deletedAt: noon }))).toEqual(["not_found", "/toWalletId"]);
    expect(told(sending({ status: "closed" }))).toEqual(["wallet_closed", "/toWalletId"]);
    expect(told(sending({ currency: "USD" }))).toEqual(["currency_mismatch", "/toWalletId"]);
    const swept = aWallet({ status: "closed" });
    expect(told(closeWallet(wallet, swept, closing(wallet, swept), noon))).toEqual([
      "wallet_closed",
      "/sweepTo",
    ]);
  });

  test("the day that it counts for, if that has not come", () => {
    const dated = { effectiveAt: later };
    for (const decision of [
      deposit(wallet, { ...depositing(wallet, 1), ...dated }, noon),
      withdraw(wallet, { ...withdrawing(wallet, 1), ...dated }, noon),
      sending({}, dated),
    ]) {
      expect(told(decision)).toEqual(["validation_failed", "/effectiveAt"]);
    }
    const effectiveAt = new Date(noon).toISOString();
    expect(deposit(wallet, { ...depositing(wallet, 1), effectiveAt }, noon).ok).toBe(true);
  });
});

describe("a step of a payment that is refused points at its amount, and tells what is left", () => {
  test("a capture", () => {
    const life = new Life();
    const payment = life.pays(100);
    const decision = life.decide(capturing(payment, 101));
    expect(told(decision)).toEqual(["capture_exceeds_authorization", "/amount"]);
    expect(detailsOf(decision)).toContain("100");
  });

  test("a reversal, a refund, and an increment", () => {
    const life = new Life();
    const payment = life.pays(100);
    expect(told(life.decide(reversing(payment, 101)))).toEqual([
      "reversal_exceeds_hold",
      "/amount",
    ]);
    life.does(capturing(payment, 60));
    const refund = life.decide(refunding(payment, 61));
    expect(told(refund)).toEqual(["refund_exceeds_capture", "/amount"]);
    expect(detailsOf(refund)).toContain("60");
    const free = life.pays(10);
    expect(told(life.decide(incrementing(free, Number.MAX_SAFE_INTEGER)))).toEqual([
      "balance_too_large",
      "/amount",
    ]);
  });

  test("a payment of which nothing more can become says what became of it", () => {
    const life = new Life();
    const captured = life.pays(100);
    life.does(capturing(captured));
    const reversed = life.pays(100);
    life.does(reversing(reversed));
    const check = life.pays(0);
    const why = (payment: { readonly id: string }) => detailsOf(life.decide(reversing(payment)));
    expect(why(captured)).toContain("captured");
    expect(why(reversed)).toContain("reversed");
    expect(why(check)).not.toContain("captured");
    for (const payment of [captured, reversed, check]) {
      const decision = life.decide(capturing(payment));
      expect(told(decision)).toEqual(["authorization_not_open", undefined]);
      expect(detailsOf(decision)).toContain(payment.id);
    }
  });

  test("a payment in another currency than the wallet's", () => {
    const life = new Life();
    const decision = life.decide(authorizing(life.card, 1, { currency: "USD" }));
    expect(told(decision)).toEqual(["currency_mismatch", "/currency"]);
    expect(detailsOf(decision)).toContain(life.wallet.currency);
  });

  test("a payment that must be approved and is not, with its card and every reason", () => {
    const life = new Life({ wallet: { available: 5n }, card: { status: "frozen" } });
    const decision = life.decide(authorizing(life.card, 10, { mustApprove: true }));
    expect(told(decision)).toEqual(["payment_declined", undefined]);
    expect(detailsOf(decision)).toContain(`${life.card.id}: card_frozen, insufficient_funds`);
  });

  test("a hold is captured while it is held: with an empty one there is nothing to capture", () => {
    const life = new Life();
    const payment = { ...life.pays(100), held: 0n };
    expect(told(capture(life.wallet, payment, capturing(payment), noon))[0]).toBe(
      "authorization_not_open",
    );
  });
});

describe("a wallet", () => {
  test("whose days have been counted keeps its time zone", () => {
    const locked = aWallet({ timezoneLocked: true });
    const command = { kind: "update_wallet", walletId: locked.id, smallestLimit: 0 } as const;
    expect(told(updateWallet(locked, { ...command, timezone: "Asia/Tokyo" }, noon))).toEqual([
      "timezone_locked",
      "/timezone",
    ]);
    expect(updateWallet(locked, { ...command, timezone: "UTC" }, noon).ok).toBe(true);
  });

  test("that is not empty says all that is in it, and what cannot be done therefore", () => {
    const busy = aWallet({ available: 1n, held: 1n, receivable: 1n });
    const closed = closeWallet(busy, undefined, closing(busy), noon);
    expect(told(closed)).toEqual(["wallet_not_empty", undefined, undefined, undefined]);
    expect(detailsOf(closed)).toContain("closed");
    expect(detailsOf(deleteWallet(busy, noon))).toContain("deleted");
    const holding = aWallet({ available: 1n, held: 1n });
    const sweep = closeWallet(holding, wallet, closing(holding, wallet), noon);
    expect(told(sweep)).toEqual(["wallet_not_empty", undefined]);
    expect(detailsOf(sweep)).toContain("closed");
  });
});

test("a card's limits under the organization's smallest are refused by the window's name", () => {
  const card = aCard(wallet);
  const patch = updatingCard(card, { limits: { month: { amount: 9 } }, smallestLimit: 10 });
  expect(told(decide({ wallet, card }, patch, noon))).toEqual([
    "validation_failed",
    "/limits/month/amount",
  ]);
});

test("a command that is decided without what it names is a bug, and says what was missing", () => {
  const payment = { id: newId() };
  expect(() => decide({ wallet }, capturing(payment), noon)).toThrow("the authorization");
  const card = aCard(wallet);
  expect(() => decide({ wallet }, updatingCard(card, {}), noon)).toThrow("the card");
  const life = new Life();
  const authorization = life.pays(1);
  expect(() =>
    decide({ wallet: life.wallet, authorization }, incrementing(authorization, 1), noon),
  ).toThrow("the card");
});
