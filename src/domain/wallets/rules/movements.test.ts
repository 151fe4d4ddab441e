import { describe, expect, test } from "vitest";
import {
  at,
  aWallet,
  codeOf,
  depositing,
  eventsOf,
  noon,
  transferring,
  withdrawing,
} from "../../../../test/support/wallet-states.ts";
import { maxAmount } from "../model/money.ts";
import type { Wallet } from "../model/wallet.ts";
import { applyToWallet } from "./apply.ts";
import type { Decision } from "./decision.ts";
import { deposit, transfer, withdraw } from "./movements.ts";

const most = Number.MAX_SAFE_INTEGER;

/** The wallet after the decision's event of it. */
const booked = (wallet: Wallet, decision: Decision): Wallet =>
  eventsOf(decision)
    .filter((event) => event.walletId === wallet.id)
    .reduce((state, event) => applyToWallet(state, { ...event, at: noon }), wallet);

const postingsOf = (decision: Decision, index = 0) => {
  const { data } = at(eventsOf(decision), index);
  return "postings" in data ? data.postings : [];
};

describe("a deposit", () => {
  const into = (over: Partial<Wallet>, amount: number) => {
    const wallet = aWallet(over);
    const decision = deposit(wallet, depositing(wallet, amount), noon);
    return { wallet, decision };
  };

  test("comes from outside and is available", () => {
    const { wallet, decision } = into({ available: 5n }, 100);
    expect(postingsOf(decision)).toEqual([
      {
        kind: "deposit",
        debit: "external",
        credit: "available",
        amount: 100,
        available: 105,
        held: 0,
        receivable: 0,
      },
    ]);
    expect(booked(wallet, decision).available).toBe(105n);
  });

  test("is taken by a frozen wallet", () => {
    const { wallet, decision } = into({ available: 0n, status: "frozen" }, 1);
    expect(booked(wallet, decision).available).toBe(1n);
  });

  test("repays what the wallet owes before anything else", () => {
    const { wallet, decision } = into({ available: 0n, receivable: 60n }, 100);
    expect(postingsOf(decision).map(({ kind, amount }) => [kind, amount])).toEqual([
      ["deposit", 100],
      ["repayment", 60],
    ]);
    expect(booked(wallet, decision)).toMatchObject({ available: 40n, receivable: 0n });
    expect(at(eventsOf(decision), 0).data).toMatchObject({
      deposit: { available: 40, receivable: 0 },
    });
  });

  test("smaller than the debt leaves nothing available", () => {
    const { wallet, decision } = into({ available: 0n, receivable: 60n }, 25);
    expect(booked(wallet, decision)).toMatchObject({ available: 0n, receivable: 35n });
  });

  test("fills the wallet to 2^53 - 1 and not one further, holds included", () => {
    const full = into({ available: maxAmount - 10n, held: 9n }, 1);
    expect(booked(full.wallet, full.decision).available).toBe(maxAmount - 9n);
    expect(codeOf(into({ available: maxAmount - 10n, held: 9n }, 2).decision)).toBe(
      "balance_too_large",
    );
    expect(codeOf(into({ available: 1n }, most).decision)).toBe("balance_too_large");
    const empty = into({ available: 0n }, most);
    expect(booked(empty.wallet, empty.decision).available).toBe(maxAmount);
  });
});

describe("a withdrawal", () => {
  const from = (over: Partial<Wallet>, amount: number) => {
    const wallet = aWallet(over);
    return { wallet, decision: withdraw(wallet, withdrawing(wallet, amount), noon) };
  };

  test("takes all that is available and nothing that is held", () => {
    const all = from({ available: 100n, held: 50n }, 100);
    expect(booked(all.wallet, all.decision)).toMatchObject({ available: 0n, held: 50n });
    expect(codeOf(from({ available: 100n, held: 50n }, 101).decision)).toBe("insufficient_funds");
  });

  test("does not leave a frozen wallet", () => {
    expect(codeOf(from({ status: "frozen" }, 1).decision)).toBe("wallet_frozen");
  });
});

describe("a transfer", () => {
  const between = (sender: Partial<Wallet>, receiver: Partial<Wallet>, amount: number) => {
    const from = aWallet(sender);
    const to = aWallet({ organizationId: from.organizationId, ...receiver });
    return { from, to, decision: transfer(from, to, transferring(from, to, amount), noon) };
  };

  test("goes through clearing, which nets to zero, and conserves the sum", () => {
    const { from, to, decision } = between({ available: 100n }, { available: 7n }, 60);
    const [sent, received] = [postingsOf(decision, 0), postingsOf(decision, 1)];
    expect(sent.map(({ debit, credit, amount }) => [debit, credit, amount])).toEqual([
      ["available", "clearing", 60],
    ]);
    expect(received.map(({ debit, credit, amount }) => [debit, credit, amount])).toEqual([
      ["clearing", "available", 60],
    ]);
    expect(booked(from, decision).available).toBe(40n);
    expect(booked(to, decision).available).toBe(67n);
    expect(eventsOf(decision).map(({ walletId }) => walletId)).toEqual([from.id, to.id]);
  });

  test("repays what the receiver owes, and still clears", () => {
    const { to, decision } = between({ available: 100n }, { available: 0n, receivable: 30n }, 60);
    expect(booked(to, decision)).toMatchObject({ available: 30n, receivable: 0n });
    const clearing = [...postingsOf(decision, 0), ...postingsOf(decision, 1)].reduce(
      (sum, { debit, credit, amount }) =>
        sum + (credit === "clearing" ? amount : 0) - (debit === "clearing" ? amount : 0),
      0,
    );
    expect(clearing).toBe(0);
  });

  test.each<[string, Partial<Wallet>, Partial<Wallet>, number, string]>([
    ["of more than is available", { available: 59n, held: 100n }, {}, 60, "insufficient_funds"],
    ["from a frozen wallet", { status: "frozen" }, {}, 1, "wallet_frozen"],
    ["into a closed wallet", {}, { status: "closed", available: 0n }, 1, "wallet_closed"],
    [
      "into a deleted wallet",
      {},
      { status: "closed", available: 0n, deletedAt: noon },
      1,
      "not_found",
    ],
    ["into another currency", { currency: "EUR" }, { currency: "USD" }, 1, "currency_mismatch"],
    [
      "past the largest balance",
      {},
      { available: maxAmount - 1n, held: 1n },
      1,
      "balance_too_large",
    ],
  ])("%s is refused", (_, sender, receiver, amount, code) => {
    expect(codeOf(between(sender, receiver, amount).decision)).toBe(code);
  });

  test("may go into a frozen wallet and may be all that there is", () => {
    const { from, to, decision } = between(
      { available: 60n },
      { status: "frozen", available: 0n },
      60,
    );
    expect(booked(from, decision).available).toBe(0n);
    expect(booked(to, decision).available).toBe(60n);
  });
});
