import { describe, expect, test } from "vitest";
import { Life } from "../../../../test/support/payment-life.ts";
import {
  authorizing,
  capturing,
  closing,
  depositing,
  forcing,
  incrementing,
  reversing,
  transferring,
  withdrawing,
} from "../../../../test/support/wallet-states.ts";
import type { DraftEvent } from "../model/event.ts";

const warnings = (events: readonly DraftEvent[]) =>
  events.flatMap((event) => (event.type === "wallet.balance_low" ? [event.data] : []));

const aLife = (available: number, threshold: number | null = 50) =>
  new Life({ wallet: { available: BigInt(available), lowBalanceThreshold: threshold } });

describe("falling below the threshold is an event", () => {
  test.each([
    ["withdrawal", (life: Life, by: number) => withdrawing(life.wallet, by)],
    ["transfer", (life: Life, by: number) => transferring(life.wallet, life.another(), by)],
    ["payment", (life: Life, by: number) => authorizing(life.card, by)],
    ["forced capture", (life: Life, by: number) => forcing(life.card, by)],
  ])("by a %s, and not at the threshold itself", (_, command) => {
    const at = aLife(100);
    expect(warnings(at.does(command(at, 50)))).toEqual([]);
    const below = aLife(100);
    const events = below.does(command(below, 51));
    expect(warnings(events)).toEqual([{ walletId: below.wallet.id, available: 49, threshold: 50 }]);
    expect(events.at(-1)?.type).toBe("wallet.balance_low");
  });

  test("by an increment and by a capture over the hold", () => {
    const life = aLife(100);
    const payment = life.pays(40);
    expect(warnings(life.does(incrementing(payment, 11)))).toHaveLength(1);
    const other = aLife(100);
    const tolerances = [{ categories: ["5411"], percent: 50, amount: 0 }];
    const tipped = other.pays(40);
    expect(warnings(other.does(capturing(tipped, 51, { tolerances })))).toHaveLength(1);
  });

  test("once, until the balance has been above it again", () => {
    const life = aLife(100);
    expect(warnings(life.does(withdrawing(life.wallet, 60)))).toHaveLength(1);
    expect(warnings(life.does(withdrawing(life.wallet, 10)))).toEqual([]);
    life.does(depositing(life.wallet, 20));
    expect(warnings(life.does(withdrawing(life.wallet, 1)))).toHaveLength(1);
  });

  test("not by what comes in, is declined, refused, captured or released", () => {
    const life = aLife(100);
    const payment = life.pays(50);
    const events = [
      ...life.does(authorizing(life.card, 51)),
      ...life.does(capturing(payment, 20, { final: false })),
      ...life.does(reversing(payment, 10)),
      ...life.does(depositing(life.wallet, 1)),
    ];
    expect(life.refuses(withdrawing(life.wallet, 99))).toBe("insufficient_funds");
    expect(events.length).toBeGreaterThan(3);
    expect(warnings(events)).toEqual([]);
  });

  test("not without a threshold, and with a threshold of 0 never", () => {
    for (const threshold of [null, 0]) {
      const life = aLife(100, threshold);
      expect(warnings(life.does(withdrawing(life.wallet, 100)))).toEqual([]);
    }
  });

  test("not by a new threshold that the balance is already below", () => {
    const life = aLife(100, null);
    const walletId = life.wallet.id;
    const events = life.does({
      kind: "update_wallet",
      walletId,
      smallestLimit: 0,
      lowBalanceThreshold: 500,
    });
    expect(warnings(events)).toEqual([]);
    expect(life.wallet.lowBalanceThreshold).toBe(500);
    expect(warnings(life.does(withdrawing(life.wallet, 1)))).toEqual([]);
  });
});

test("it answers no command: the payment does, and the warning comes after it in the wallet's log", () => {
  const life = aLife(100);
  const decision = life.decide(authorizing(life.card, 60));
  if (!decision.ok) throw new Error("refused");
  expect(decision.answer.type).toBe("authorization.approved");
  expect(decision.events.map(({ type, walletId }) => [type, walletId])).toEqual([
    ["authorization.approved", life.wallet.id],
    ["wallet.balance_low", life.wallet.id],
  ]);
});

test("it changes nothing but the wallet's version", () => {
  const life = aLife(100);
  const before = life.wallet;
  life.does(withdrawing(life.wallet, 60));
  expect(life.wallet).toEqual({ ...before, available: 40n, version: before.version + 2 });
});

test("a wallet that is swept to be closed is not low: nothing comes after its closing", () => {
  const life = aLife(100);
  const receiver = life.another({ available: 0n, lowBalanceThreshold: 500 });
  const events = life.does(closing(life.wallet, receiver));
  expect(warnings(events)).toEqual([]);
  expect(events.at(-1)?.type).toBe("wallet.closed");
});
