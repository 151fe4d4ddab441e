import { describe, expect, it } from "vitest";
import { anActor } from "../../../../test/support/an-actor.ts";
import { audited } from "../../../../test/support/audit.ts";
import { testDatabase } from "../../../../test/support/database.ts";
import { outcomeOf, tally, times, valueFrom } from "../../../../test/support/directory.ts";
import { at } from "../../../../test/support/wallet-states.ts";
import { funded, jobOf, moneyOn, withCard } from "../../../../test/support/wallets.ts";
import type { Result } from "../../result.ts";

const database = await testDatabase();
const db = database.postgres();
/** Two lanes that share nothing but the database, over both drivers. */
const lanes = [moneyOn(database.postgres({ connections: 4 })), moneyOn(database.neon())];
const lane = (index: number) => at(lanes, index % lanes.length);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const below = (most: number) => Math.floor(Math.random() * most);

describe("two lanes on one payment", () => {
  it("capture together what is held, and never more", async () => {
    const actor = anActor();
    const wallet = await funded(lane(0), actor, 1_000);
    const card = await withCard(lane(0), actor, wallet);
    const paid = valueFrom(
      await lane(0).wallets.authorize(actor, { cardId: card.id, amount: 500 }),
    );
    const results = await Promise.all(
      times(100, (i) => lane(i).wallets.capture(actor, paid.id, { amount: 10, final: false })),
    );
    expect(tally(results)).toEqual({ ok: 50, authorization_not_open: 50 });
    const audit = await audited(db, actor.organizationId);
    expect(audit.wallets.get(wallet.id)).toMatchObject({ available: 500n, held: 0n });
    expect(valueFrom(await lane(0).wallets.getAuthorization(actor, paid.id))).toMatchObject({
      status: "closed",
      captured: 500,
    });
  });

  it("capture, reverse or expire it: one wins, and the others are told why not", async () => {
    const actor = anActor();
    const wallet = await funded(lane(0), actor, 100_000);
    const card = await withCard(lane(0), actor, wallet);
    const winners = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const paid = valueFrom(
        await lane(round).wallets.authorize(actor, {
          cardId: card.id,
          amount: 100,
          expiresInSeconds: 1,
        }),
      );
      if (round < 2) await sleep(1_050);
      const results = await Promise.all(
        [
          () => lane(round).wallets.capture(actor, paid.id, {}),
          () => lane(round + 1).wallets.reverse(actor, paid.id, {}),
          () => lane(round).lane.submit(jobOf(actor, { kind: "expire", authorizationId: paid.id })),
        ].map(async (act): Promise<Result<unknown>> => {
          await sleep(below(12));
          return act();
        }),
      );
      const { status, held, captured, reversed } = valueFrom(
        await lane(0).wallets.getAuthorization(actor, paid.id),
      );
      const outcomes = results.map(outcomeOf);
      winners.add(status);
      expect(held).toBe(0);
      // A late capture is one after expiry: then both happened, in this order.
      expect([captured + reversed, status]).toEqual([status === "expired" ? 0 : 100, status]);
      for (const outcome of outcomes) {
        expect(["ok", "authorization_not_open", "hold_not_expired"]).toContain(outcome);
      }
      expect(outcomes.filter((outcome) => outcome === "ok").length).toBeGreaterThanOrEqual(1);
    }
    expect(winners.size).toBeGreaterThan(1);
    await audited(db, actor.organizationId);
  }, 20_000);

  it("do whatever comes to mind to payments, and every row is what the log says", async () => {
    const actor = anActor();
    const made = await Promise.all(times(3, (i) => funded(lane(i), actor, 20_000)));
    const types = ["standard", "single_use", "merchant_locked"] as const;
    const cards = await Promise.all(
      times(9, async (i) =>
        valueFrom(
          await lane(i).wallets.createCard(actor, {
            walletId: at(made, i % 3).id,
            type: at(types, i % 3),
          }),
        ),
      ),
    );
    const payments: string[] = [];
    const captured: string[] = [];
    const seen: Record<string, number> = {};
    const card = () => at(cards, below(cards.length)).id;
    const payment = () => at(payments, below(payments.length));
    const wallet = () => at(made, below(3)).id;
    const merchant = () => ({ id: `m-${below(2)}`, category: at(["5812", "5411"], below(2)) });

    const acts = {
      authorize: async (i: number) => {
        const result = await lane(i).wallets.authorize(actor, {
          cardId: card(),
          amount: below(600),
          partialApproval: below(2) === 0,
          merchant: merchant(),
        });
        if (result.ok) payments.push(result.value.id);
        return result;
      },
      increment: (i: number) =>
        lane(i).wallets.increment(actor, payment(), { amount: 1 + below(300) }),
      capture: async (i: number) => {
        const result = await lane(i).wallets.capture(actor, payment(), {
          final: below(2) === 0,
          ...(below(2) === 0 && { amount: 1 + below(500) }),
        });
        if (result.ok) captured.push(result.value.authorization.id);
        return result;
      },
      reverse: (i: number) =>
        lane(i).wallets.reverse(actor, payment(), below(2) ? {} : { amount: 1 + below(200) }),
      refund: (i: number) =>
        lane(i).wallets.refund(actor, {
          authorizationId: captured[below(captured.length)] ?? payment(),
          amount: 1 + below(100),
        }),
      refundCard: (i: number) =>
        lane(i).wallets.refund(actor, { cardId: card(), amount: 1 + below(50) }),
      force: (i: number) =>
        lane(i).wallets.forceCapture(actor, {
          cardId: card(),
          amount: 1 + below(4_000),
          merchant: merchant(),
        }),
      deposit: (i: number) => lane(i).wallets.deposit(actor, wallet(), { amount: 1 + below(900) }),
      withdraw: (i: number) =>
        lane(i).wallets.withdraw(actor, wallet(), { amount: 1 + below(900) }),
      transfer: (i: number) => {
        const from = below(3);
        const to = at(made, (from + 1 + below(2)) % 3).id;
        return lane(i).wallets.transfer(actor, {
          fromWalletId: at(made, from).id,
          toWalletId: to,
          amount: 1 + below(500),
        });
      },
      limit: (i: number) =>
        lane(i).wallets.updateCard(actor, card(), {
          limits: { day: below(2) ? null : { amount: 4_000 } },
        }),
    };
    const names = Object.keys(acts) as (keyof typeof acts)[];
    const weighted = [
      ...names,
      ...times(6, () => "authorize" as const),
      "capture",
      "reverse",
      "increment",
    ] as const;
    const doing = async (who: number): Promise<void> => {
      await acts.authorize(who);
      for (let step = 0; step < 40; step++) {
        const name = at(weighted, below(weighted.length));
        const outcome = outcomeOf(await acts[name](who + step));
        seen[`${name} ${outcome}`] = (seen[`${name} ${outcome}`] ?? 0) + 1;
      }
    };
    await Promise.all(times(14, doing));

    const audit = await audited(db, actor.organizationId);
    const happened = new Set([...audit.log.values()].flat());
    for (const type of [
      "authorization.approved",
      "authorization.declined",
      "authorization.incremented",
      "authorization.captured",
      "authorization.reversed",
      "authorization.forced",
    ]) {
      expect(happened).toContain(type);
    }
    for (const name of names) expect([name, seen[`${name} ok`] ?? 0]).not.toEqual([name, 0]);
    for (const outcome of Object.keys(seen)) {
      expect(outcome).not.toMatch(/wallet_busy|overloaded|outcome_unknown/);
    }
  }, 30_000);
});
