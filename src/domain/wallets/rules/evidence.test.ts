import { describe, expect, test } from "vitest";
import { Life } from "../../../../test/support/payment-life.ts";
import {
  aCard,
  authorizing,
  aWallet,
  incrementing,
  noon,
} from "../../../../test/support/wallet-states.ts";
import { noControls } from "../model/controls.ts";
import { noUsage } from "../model/usage.ts";
import { type Evidence, evidenceOf, explain } from "./evidence.ts";
import { limitWindows, noLimits } from "./limits.ts";
import { evaluate } from "./payment-controls.ts";
import { reasons } from "./reasons.ts";
import { consume } from "./usage.ts";
import { windowStarts } from "./windows.ts";

const line = (control: string, verdict = "passed", unit: string | null = null, numbers = {}) => ({
  control,
  verdict,
  unit,
  limit: null,
  used: null,
  headroom: null,
  ...numbers,
});

describe("an explanation", () => {
  test("of a payment that no limit or list applies to names what all payments are asked", () => {
    const life = new Life({ wallet: { available: 100n } });
    const { evidence } = life.causes("authorization.approved", authorizing(life.card, 30));
    expect(evidence).toEqual([["insufficient_funds", 1, 100, 0]]);
    expect(explain(evidence)).toEqual([
      line("card_terminated"),
      line("card_frozen"),
      line("card_expired"),
      line("wallet_frozen"),
      line("wallet_overdrawn"),
      line("insufficient_funds", "passed", "amount", { limit: 100, used: 0, headroom: 100 }),
    ]);
  });

  test("of a decline has every control's verdict with its numbers at the time", () => {
    const limits = { ...noLimits, day: { amount: 150, count: 2 }, lifetime: { count: 1 } };
    const controls = { ...noControls, countries: { allow: ["FR"] } };
    const life = new Life({ wallet: { available: 1_000n }, card: { limits } });
    life.pays(100);
    life.does({
      kind: "update_wallet",
      walletId: life.wallet.id,
      smallestLimit: 0,
      controls,
    });
    const command = authorizing(life.card, 60, { partialApproval: true });
    const { authorization, evidence } = life.causes("authorization.declined", command);
    const explained = explain(evidence);
    expect(explained.slice(5)).toEqual([
      line("wallet_country_not_allowed", "failed"),
      line("card_day_amount_limit", "failed", "amount", { limit: 150, used: 100, headroom: 50 }),
      line("card_day_count_limit", "passed", "count", { limit: 2, used: 1, headroom: 1 }),
      line("card_lifetime_count_limit", "failed", "count", { limit: 1, used: 1, headroom: 0 }),
      line("insufficient_funds", "passed", "amount", { limit: 900, used: 0, headroom: 900 }),
    ]);
    expect(
      explained.filter(({ verdict }) => verdict === "failed").map(({ control }) => control),
    ).toEqual(authorization.reasons);
  });

  test("of an increment that was declined has it too", () => {
    const life = new Life({ wallet: { available: 100n } });
    const payment = life.pays(100);
    const { evidence } = life.causes("authorization.increment_declined", incrementing(payment, 1));
    expect(explain(evidence).at(-1)).toEqual(
      line("insufficient_funds", "failed", "amount", { limit: 0, used: 0, headroom: 0 }),
    );
  });

  test("has no headroom below zero where a limit was lowered under what is spent", () => {
    const evidence: Evidence = [["card_day_amount_limit", 0, 10, 950]];
    expect(explain(evidence).at(-1)).toMatchObject({ limit: 10, used: 950, headroom: 0 });
  });

  test("of sums that no record may hold says the largest amount", () => {
    const most = Number.MAX_SAFE_INTEGER;
    const entry = { amount: most, count: 1, windows: windowStarts(noon, "UTC") };
    const usage = consume(consume(noUsage, entry), entry);
    const wallet = aWallet({ usage, limits: { ...noLimits, lifetime: { amount: most } } });
    const life = new Life({ wallet });
    const { evidence } = life.causes("authorization.declined", authorizing(life.card, 1));
    expect(explain(evidence)).toContainEqual(
      line("wallet_lifetime_amount_limit", "failed", "amount", {
        limit: most,
        used: most,
        headroom: 0,
      }),
    );
  });
});

describe("what is stored of the controls", () => {
  /** Wallets and cards of which every control applies, passing or failing. */
  const applying = (passes: boolean) => {
    const each = { amount: passes ? 1_000 : 1, count: passes ? 9 : 1 };
    const limits = {
      perTransaction: { amount: each.amount },
      day: each,
      week: each,
      month: each,
      year: each,
      lifetime: each,
    };
    const list = passes ? { block: ["other"] } : { allow: ["other"] };
    const windows = windowStarts(noon, "UTC");
    const side = {
      limits,
      controls: { merchants: list, categories: list, countries: list },
      usage: consume(noUsage, { amount: 100, count: 1, windows }),
    };
    const wallet = aWallet({
      ...side,
      ...(!passes && { status: "frozen" as const, available: 0n, receivable: 1n }),
    });
    const types = ["single_use", "merchant_locked"] as const;
    return types.map((type) => ({
      wallet,
      card: aCard(wallet, {
        ...side,
        type,
        usage: passes ? noUsage : side.usage,
        lockedMerchantId: passes ? null : "m-2",
        ...(!passes && { status: "frozen" as const, expMonth: 1, expYear: 2020 }),
      }),
    }));
  };

  test.each([true, false])("says the same as the controls did, all of them passing: %s", (all) => {
    const seen = new Set<string>();
    for (const { wallet, card } of applying(all)) {
      const payment = { amount: 10n, total: 10n, count: 1, merchant: merchant() };
      const verdicts = evaluate(wallet, card, payment, windowStarts(noon, "UTC"), noon);
      const explained = explain(evidenceOf(verdicts));
      for (const { control } of explained) seen.add(control);
      expect(explained).toEqual(
        verdicts.map(({ reason, passed, measure }) => ({
          control: reason,
          verdict: passed ? "passed" : "failed",
          unit: measure?.unit ?? null,
          limit: measure ? Number(measure.limit) : null,
          used: measure ? Number(measure.used) : null,
          headroom: measure ? Math.max(0, Number(measure.limit) - Number(measure.used)) : null,
        })),
      );
      // One of frozen and terminated holds at a time; the rest fail or pass together.
      const others = verdicts.filter(({ reason }) => reason !== "card_terminated");
      expect(others.every(({ passed }) => passed === all)).toBe(true);
    }
    expect([...seen].sort()).toEqual([...reasons].sort());
    expect(seen.size).toBeGreaterThan(5 + 4 * limitWindows.length);
  });

  const merchant = () => ({ id: "m-1", name: null, category: "5411", country: "DE" });

  test("is in the order of the closed list, as the reasons are", () => {
    for (const { wallet, card } of applying(false)) {
      const payment = { amount: 10n, total: 10n, count: 1, merchant: merchant() };
      const evidence = evidenceOf(evaluate(wallet, card, payment, windowStarts(noon, "UTC"), noon));
      const places = evidence.map(([control]) => reasons.indexOf(control));
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
  });
});
