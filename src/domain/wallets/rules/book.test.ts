import { describe, expect, test } from "vitest";
import { maxAmount } from "../model/money.ts";
import { type Balances, book, fits, inflow, move, replay } from "./book.ts";

const balances = (available: bigint, held: bigint, receivable: bigint): Balances => ({
  available,
  held,
  receivable,
});

describe("an entry", () => {
  test.each([
    ["external", "available", balances(15n, 10n, 10n)],
    ["available", "external", balances(5n, 10n, 10n)],
    ["available", "held", balances(5n, 15n, 10n)],
    ["held", "available", balances(15n, 5n, 10n)],
    ["held", "network", balances(10n, 5n, 10n)],
    ["available", "receivable", balances(5n, 10n, 5n)],
    ["receivable", "network", balances(10n, 10n, 15n)],
    ["clearing", "external", balances(10n, 10n, 10n)],
  ] as const)("that debits %s and credits %s", (debit, credit, expected) => {
    const entry = { kind: "deposit", debit, credit, amount: 5n } as const;
    expect(move(balances(10n, 10n, 10n), entry)).toEqual(expected);
  });
});

describe("booking", () => {
  test("writes the balances after each entry, in order, and replays to the last", () => {
    const before = balances(0n, 0n, 30n);
    const postings = book(before, inflow(before, "deposit", "external", 50n));
    expect(postings.map(({ available, receivable }) => [available, receivable])).toEqual([
      [50, 30],
      [20, 0],
    ]);
    expect(replay(before, postings)).toEqual(balances(20n, 0n, 0n));
  });

  test("throws rather than write a negative or unsafe balance", () => {
    const overdraft = { kind: "withdrawal", debit: "available", credit: "external" } as const;
    expect(() => book(balances(1n, 0n, 0n), [{ ...overdraft, amount: 2n }])).toThrow(RangeError);
    const flood = { kind: "deposit", debit: "external", credit: "available" } as const;
    expect(() => book(balances(maxAmount, 0n, 0n), [{ ...flood, amount: 1n }])).toThrow(RangeError);
  });
});

test("an inflow owes nobody else: without a debt it is one entry", () => {
  expect(inflow(balances(0n, 0n, 0n), "refund", "network", 5n)).toEqual([
    { kind: "refund", debit: "network", credit: "available", amount: 5n },
  ]);
});

test("available and held together fit in 2^53 - 1", () => {
  expect(fits(balances(maxAmount - 3n, 2n, 9n), 1n)).toBe(true);
  expect(fits(balances(maxAmount - 3n, 2n, 9n), 2n)).toBe(false);
});
