import { describe, expect, it } from "vitest";
import { anActor } from "../../../../test/support/an-actor.ts";
import { audited } from "../../../../test/support/audit.ts";
import { testDatabase } from "../../../../test/support/database.ts";
import { outcomeOf, tally, times, valueFrom, withKey } from "../../../../test/support/directory.ts";
import {
  aMerchant,
  at,
  capturing,
  expiring,
  item,
  newId,
  reversing,
} from "../../../../test/support/wallet-states.ts";
import { funded, jobOf, type Money, moneyOn, withCard } from "../../../../test/support/wallets.ts";
import type { Actor } from "../../actor.ts";
import type { Result } from "../../result.ts";

const database = await testDatabase();
const db = database.postgres();

/** A payment of this much on a wallet of its own. */
const paid = async (
  money: Money,
  amount: number,
  over: {
    readonly available?: number;
    readonly expiresInSeconds?: number;
    readonly category?: string;
  } = {},
) => {
  const actor = anActor();
  const wallet = await funded(money, actor, over.available ?? amount);
  const card = await withCard(money, actor, wallet);
  const payment = valueFrom(
    await money.wallets.authorize(actor, {
      cardId: card.id,
      amount,
      // A restaurant's captures may pass what was approved by a fifth.
      merchant: aMerchant({ category: over.category ?? "5812" }),
      ...(over.expiresInSeconds !== undefined && { expiresInSeconds: over.expiresInSeconds }),
    }),
  );
  expect(payment.approved).toBe(true);
  return { actor, wallet, card, payment };
};

const balancesOf = async (actor: Actor, { id }: { readonly id: string }) => {
  const { wallets, payments } = await audited(db, actor.organizationId);
  const wallet = wallets.get(id);
  return {
    balances: [wallet?.available, wallet?.held, wallet?.receivable].map(Number),
    payments,
  };
};

const codeOf = (result: Result<unknown>): string => (result.ok ? "done" : result.refusal.code);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("100 captures of one hold at once", () => {
  it.each([1, 2, 3])(
    "in %d processes take what was held and the tolerance, and no more",
    async (processes) => {
      const lanes = times(processes, () => moneyOn(db));
      const { actor, wallet, payment } = await paid(at(lanes, 0), 1_000, { available: 5_000 });
      const results = await Promise.all(
        times(100, (i) =>
          at(lanes, i % processes).wallets.capture(actor, payment.id, { amount: 70, final: false }),
        ),
      );
      const made = results.filter(({ ok }) => ok);
      // 14 parts of 70 leave 20 held; the 15th takes them and 50 of the 200 of tolerance, and ends it.
      expect(made).toHaveLength(15);
      expect(new Set(results.filter(({ ok }) => !ok).map(codeOf))).toEqual(
        new Set(["authorization_not_open"]),
      );
      const { balances, payments } = await balancesOf(actor, wallet);
      expect(balances).toEqual([3_950, 0, 0]);
      expect(payments.get(payment.id)).toMatchObject({
        status: "closed",
        captured: 1_050n,
        held: 0n,
      });
    },
  );

  it("of more than the tolerance each take nothing, and of all of it one does", async () => {
    const money = moneyOn(db);
    const { actor, wallet, payment } = await paid(money, 1_000, { available: 5_000 });
    const results = await Promise.all(
      times(100, (i) =>
        money.wallets.capture(actor, payment.id, { amount: i % 2 === 0 ? 1_201 : 1_200 }),
      ),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const refusals = results.filter(({ ok }) => !ok).map(codeOf);
    expect(refusals.every((code) => /^(authorization_not_open|capture_exceeds_)/.test(code))).toBe(
      true,
    );
    const { balances } = await balancesOf(actor, wallet);
    expect(balances).toEqual([3_800, 0, 0]);
  });

  it("with one key have one effect and one answer", async () => {
    const money = moneyOn(db);
    const other = moneyOn(db);
    const { actor, wallet, payment } = await paid(money, 1_000);
    const same = withKey(actor, newId());
    const results = await Promise.all(
      times(50, (i) =>
        (i % 2 === 0 ? money : other).wallets.capture(same, payment.id, {
          amount: 10,
          final: false,
        }),
      ),
    );
    expect(new Set(results.map((result) => JSON.stringify(valueFrom(result)))).size).toBe(1);
    expect(results.filter((result) => result.ok && result.replayed)).toHaveLength(49);
    const { balances } = await balancesOf(actor, wallet);
    expect(balances).toEqual([0, 990, 0]);
  });
});

describe("capture, reversal and expiry of one hold, racing", () => {
  const acts = [
    ["capture", capturing],
    ["reverse", reversing],
    ["expire", expiring],
  ] as const;

  /** All three at once, in lanes that know nothing of each other; who won, by the books too. */
  const race = async (
    lanes: readonly Money[],
    round: number,
    { actor, wallet, payment }: Awaited<ReturnType<typeof paid>>,
  ): Promise<string> => {
    const results = await Promise.all(
      times(3, async (i) => {
        const [name, command] = at(acts, (i + round) % 3);
        return [name, await at(lanes, i).lane.submit(jobOf(actor, command(payment)))] as const;
      }),
    );
    const outcome = Object.fromEntries(results.map(([name, result]) => [name, codeOf(result)]));
    const { balances, payments } = await balancesOf(actor, wallet);
    const after = payments.get(payment.id);
    const refused = "authorization_not_open";
    if (outcome["expire"] === "done") {
      // The merchant takes what it was promised all the same.
      expect(outcome).toEqual({ expire: "done", capture: "done", reverse: refused });
      expect(after).toMatchObject({ status: "closed", captured: 100n, reversed: 0n, held: 0n });
      expect(balances).toEqual([0, 0, 0]);
      return "expire";
    }
    const captured = outcome["capture"] === "done";
    expect(outcome).toEqual({
      capture: captured ? "done" : refused,
      reverse: captured ? refused : "done",
      expire: refused,
    });
    expect(after).toMatchObject(
      captured
        ? { status: "closed", captured: 100n, reversed: 0n, held: 0n }
        : { status: "reversed", captured: 0n, reversed: 100n, held: 0n },
    );
    expect(balances).toEqual(captured ? [0, 0, 0] : [100, 0, 0]);
    return captured ? "capture" : "reverse";
  };

  it("let one win and tell the others why not; after an expiry the capture is a late one", async () => {
    const lanes = times(3, () => moneyOn(db));
    const due = await Promise.all(
      times(30, (i) => paid(at(lanes, i % 3), 100, { expiresInSeconds: 1 })),
    );
    await sleep(1_100);
    const winners: string[] = [];
    for (const [round, payment] of due.entries()) winners.push(await race(lanes, round, payment));
    // Each comes first sometimes, or the race proves nothing.
    expect([...new Set(winners)].sort()).toEqual(["capture", "expire", "reverse"]);
  });

  it("in parts never give back and take more together than was held", async () => {
    const lanes = times(2, () => moneyOn(db));
    const made = await paid(at(lanes, 0), 1_000, { category: "5411" });
    const { actor, wallet, payment } = made;
    const results = await Promise.all(
      times(130, (i) => {
        const command =
          i % 3 === 0 ? reversing(payment, 10) : capturing(payment, 10, { final: false });
        return at(lanes, i % 2).lane.submit(jobOf(actor, command));
      }),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(100);
    const { balances, payments } = await balancesOf(actor, wallet);
    const { captured = 0n, reversed = 0n, status } = payments.get(payment.id) ?? {};
    expect([captured + reversed, captured > 0n, reversed > 0n]).toEqual([1_000n, true, true]);
    expect([status, balances]).toEqual(["closed", [Number(reversed), 0, 0]]);
  });
});

describe("what a lane remembers of a payment", () => {
  /** A lane, and the statements that it makes. */
  const counting = (cacheBytes?: number) => {
    const statements: string[] = [];
    const observed = database.postgres({ onStatement: ({ name }) => statements.push(name) });
    const money = moneyOn(observed, cacheBytes === undefined ? {} : { options: { cacheBytes } });
    const during = async (work: () => Promise<unknown>): Promise<string[]> => {
      statements.length = 0;
      await work();
      return [...statements];
    };
    return { money, during };
  };

  it("is enough for its whole life at a statement each", async () => {
    const { money, during } = counting();
    const { actor, payment } = await paid(money, 100, { available: 500 });
    const { wallets } = money;
    const acts = [
      () => wallets.increment(actor, payment.id, { amount: 50 }),
      () => wallets.capture(actor, payment.id, { amount: 30, final: false }),
      () => wallets.reverse(actor, payment.id, { amount: 20 }),
      () => wallets.capture(actor, payment.id, {}),
      () => wallets.refund(actor, { authorizationId: payment.id, amount: 130 }),
    ];
    for (const act of acts) {
      expect(await during(async () => valueFrom((await act()) as Result<unknown>))).toEqual([
        "wallets.commit",
      ]);
    }
    const { payments } = await audited(db, actor.organizationId);
    expect(payments.get(payment.id)).toMatchObject({ captured: 130n, refunded: 130n });
  });

  it("is loaded once where another lane authorized it", async () => {
    const { money, during } = counting();
    const { actor, payment } = await paid(moneyOn(db), 100);
    const capture = () => money.wallets.capture(actor, payment.id, { amount: 1, final: false });
    expect(await during(capture)).toEqual(["wallets.load", "wallets.commit"]);
    expect(await during(capture)).toEqual(["wallets.commit"]);
  });

  it("is not trusted when another process changed the payment meanwhile", async () => {
    const [one, other] = [moneyOn(db), moneyOn(db)];
    const { actor, wallet, payment } = await paid(one, 100);
    valueFrom(await one.wallets.capture(actor, payment.id, { amount: 10, final: false }));
    valueFrom(await other.wallets.capture(actor, payment.id, { amount: 60, final: false }));
    // 30 are left, whatever the first one remembers.
    const again = await one.wallets.reverse(actor, payment.id, { amount: 31 });
    expect(outcomeOf(again)).toBe("reversal_exceeds_hold");
    valueFrom(await one.wallets.capture(actor, payment.id, { amount: 30, final: false }));
    expect(outcomeOf(await other.wallets.reverse(actor, payment.id, {}))).toBe(
      "authorization_not_open",
    );
    expect((await balancesOf(actor, wallet)).balances).toEqual([0, 0, 0]);
  });

  it("can be forgotten: what is evicted is loaded as it is then", async () => {
    // Room for about three payments in all.
    const { money, during } = counting(24_000);
    const { actor, wallet, card, payment } = await paid(money, 100, { available: 10_000 });
    const capture = () => money.wallets.capture(actor, payment.id, { amount: 10, final: false });
    valueFrom(await capture());
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 12; i++) {
        valueFrom(await money.wallets.authorize(actor, { cardId: card.id, amount: 1 }));
      }
      // By another process, so that what was remembered would be wrong.
      if (round === 1) {
        const elsewhere = moneyOn(db).wallets;
        valueFrom(await elsewhere.capture(actor, payment.id, { amount: 5, final: false }));
      }
      const statements = await during(async () => valueFrom(await capture()));
      expect(statements).toContain("wallets.load");
      expect(statements.at(-1)).toBe("wallets.commit");
    }
    const { payments, balances } = await balancesOf(actor, wallet);
    expect(payments.get(payment.id)).toMatchObject({ captured: 45n, held: 55n });
    expect(balances).toEqual([9_864, 91, 0]);
  });

  it("is right for many payments at once in lanes that forget and tread on each other", async () => {
    const lanes = times(3, () => moneyOn(db, { options: { cacheBytes: 24_000 } }));
    const { actor, wallet, card } = await paid(at(lanes, 0), 1, { available: 100_000 });
    const payments = await Promise.all(
      times(20, async (i) =>
        valueFrom(
          await at(lanes, i % 3).wallets.authorize(actor, { cardId: card.id, amount: 100 }),
        ),
      ),
    );
    const results = await Promise.all(
      times(200, (i) => {
        const command = capturing(at(payments, i % 20), 11, { final: false });
        return at(lanes, (i * 7) % 3).lane.submit(jobOf(actor, command));
      }),
    );
    // Nine parts of 11 each; the tenth is one more than is left.
    expect(results.filter(({ ok }) => ok)).toHaveLength(180);
    expect(new Set(results.filter(({ ok }) => !ok).map(codeOf))).toEqual(
      new Set(["capture_exceeds_authorization"]),
    );
    const { balances } = await balancesOf(actor, wallet);
    expect(balances).toEqual([97_999, 21, 0]);
  });

  it("holds several acts of one payment in one commit, each on what the one before left", async () => {
    const money = moneyOn(db);
    const { actor, wallet, payment } = await paid(money, 100);
    const batch = [
      capturing(payment, 30, { final: false }),
      reversing(payment, 20),
      capturing(payment, 60, { final: false }),
      capturing(payment, 50),
    ];
    const results = await Promise.all(
      batch.map((command) => money.lane.submit(jobOf(actor, command))),
    );
    expect(results.map(codeOf)).toEqual(["done", "done", "capture_exceeds_authorization", "done"]);
    expect((await balancesOf(actor, wallet)).balances).toEqual([20, 0, 0]);
  });

  it("is undone where a job of several commands is refused", async () => {
    const money = moneyOn(db);
    const { actor, wallet, payment } = await paid(money, 100, { category: "5411" });
    const refused = await money.lane.submit({
      ...jobOf(actor),
      items: [item(capturing(payment, 60, { final: false })), item(reversing(payment, 41))],
    });
    expect(codeOf(refused)).toBe("reversal_exceeds_hold");
    const { balances, payments } = await balancesOf(actor, wallet);
    expect([balances, payments.get(payment.id)?.captured]).toEqual([[0, 100, 0], 0n]);
    valueFrom(await money.wallets.capture(actor, payment.id, { amount: 100 }));
    expect((await balancesOf(actor, wallet)).balances).toEqual([0, 0, 0]);
  });
});

describe("what was answered is what is read", () => {
  it("of every act of a payment", async () => {
    const money = moneyOn(db);
    const { actor, wallet, card, payment } = await paid(money, 100, { available: 500 });
    const { wallets } = money;
    const answers = [
      ["increment", valueFrom(await wallets.increment(actor, payment.id, { amount: 50 }))],
      ["increment", valueFrom(await wallets.increment(actor, payment.id, { amount: 9_999 }))],
      [
        "capture",
        valueFrom(await wallets.capture(actor, payment.id, { amount: 30, final: false })),
      ],
      ["reversal", valueFrom(await wallets.reverse(actor, payment.id, { amount: 20 }))],
      ["capture", valueFrom(await wallets.forceCapture(actor, { cardId: card.id, amount: 7 }))],
      [
        "refund",
        valueFrom(await wallets.refund(actor, { authorizationId: payment.id, amount: 5 })),
      ],
      ["refund", valueFrom(await wallets.refund(actor, { cardId: card.id, amount: 5 }))],
    ] as const;
    for (const [kind, { authorization, ...answer }] of answers) {
      const of = authorization ? { authorizationId: authorization.id } : {};
      const stored = valueFrom(await wallets.getOperation(actor, kind, answer.id, of));
      expect(stored).toMatchObject({ kind, walletId: wallet.id, record: answer });
      expect(stored.authorizationId).toBe(authorization?.id ?? null);
      expect(outcomeOf(await wallets.getOperation(anActor(), kind, answer.id, of))).toBe(
        "not_found",
      );
    }
    const shown = valueFrom(await wallets.getAuthorization(actor, payment.id));
    const last = answers.findLast(([, { authorization }]) => authorization?.id === payment.id);
    expect(shown).toEqual(last?.[1].authorization);
    await audited(db, actor.organizationId);
  });
});

describe("a replacement", () => {
  it("terminates the old card and makes the new one in one commit, its usage and number its own", async () => {
    const money = moneyOn(db);
    const { actor, wallet, card, payment } = await paid(money, 100, { available: 500 });
    const made = valueFrom(await money.wallets.replaceCard(actor, card.id, { reason: "lost" }));
    expect(made).toMatchObject({ status: "active", replacementFor: card.id, walletId: wallet.id });
    const old = valueFrom(await money.wallets.getCard(actor, card.id));
    expect(old).toMatchObject({ status: "terminated", replacedBy: made.id });
    const { cards, log } = await audited(db, actor.organizationId);
    expect(log.get(wallet.id)?.slice(-2)).toEqual(["card.created", "card.replaced"]);
    expect(cards.get(made.id)?.usage).toEqual(cards.get(card.id)?.usage);
    expect(cards.get(made.id)?.usage.lifetime).toMatchObject({ amount: 100n, count: 1 });
    const [one, two] = [
      valueFrom(await money.wallets.revealCard(actor, card.id)),
      valueFrom(await money.wallets.revealCard(actor, made.id)),
    ];
    expect(one.number).not.toBe(two.number);
    // On a lane that has seen none of it.
    const elsewhere = moneyOn(db).wallets;
    const pay = (cardId: string) => elsewhere.authorize(actor, { cardId, amount: 1 });
    expect(valueFrom(await pay(card.id)).reasons).toEqual(["card_terminated"]);
    expect(valueFrom(await pay(made.id)).approved).toBe(true);
    valueFrom(await elsewhere.capture(actor, payment.id, {}));
    await audited(db, actor.organizationId);
  });

  it("happens once, of 20 at once in two processes", async () => {
    const lanes = times(2, () => moneyOn(db));
    const { actor, card } = await paid(at(lanes, 0), 100);
    const results = await Promise.all(
      times(20, (i) => at(lanes, i % 2).wallets.replaceCard(actor, card.id, { reason: "stolen" })),
    );
    expect(tally(results)).toEqual({ ok: 1, card_terminated: 19 });
    expect((await audited(db, actor.organizationId)).cards.size).toBe(2);
  });

  it("repeated with its key answers with the same card", async () => {
    const money = moneyOn(db);
    const { actor, card } = await paid(money, 100);
    const same = withKey(actor, newId());
    const first = await money.wallets.replaceCard(same, card.id, { reason: "damaged" });
    const again = await moneyOn(db).wallets.replaceCard(same, card.id, { reason: "damaged" });
    expect(again).toEqual({ ...first, replayed: true, written: expect.anything() });
    expect((await audited(db, actor.organizationId)).cards.size).toBe(2);
  });
});

describe("closing a wallet", () => {
  it("sweeps it whole into another, in one commit, while both are paid from and into", async () => {
    const lanes = times(2, () => moneyOn(db));
    const actor = anActor();
    const from = await funded(at(lanes, 0), actor, 10_000);
    const to = await funded(at(lanes, 1), actor, 0);
    const deposits = times(30, (i) =>
      at(lanes, i % 2).wallets.deposit(actor, (i % 3 === 0 ? to : from).id, { amount: 10 }),
    );
    const closings = times(4, (i) => at(lanes, i % 2).wallets.closeWallet(actor, from.id, to.id));
    const [deposited, closed] = await Promise.all([Promise.all(deposits), Promise.all(closings)]);
    expect(tally(closed)).toEqual({ ok: 1, wallet_closed: 3 });
    const booked = deposited.filter(({ ok }) => ok).length;
    expect(tally(deposited)["wallet_closed"] ?? 0).toBe(30 - booked);
    const { wallets, sum } = await audited(db, actor.organizationId);
    expect(wallets.get(from.id)).toMatchObject({ status: "closed", available: 0n });
    expect(sum).toBe(BigInt(10_000 + 10 * booked));
    expect(wallets.get(to.id)?.available).toBe(sum);
  });

  it("is refused while a payment holds or it owes, and terminates its cards when it is done", async () => {
    const money = moneyOn(db);
    const { wallets } = money;
    const { actor, wallet, card, payment } = await paid(money, 100, { available: 150 });
    const to = await funded(money, actor);
    const close = (sweepTo?: string) => wallets.closeWallet(actor, wallet.id, sweepTo);
    expect(outcomeOf(await close(to.id))).toBe("wallet_not_empty");
    valueFrom(await wallets.capture(actor, payment.id, {}));
    const forced = valueFrom(await wallets.forceCapture(actor, { cardId: card.id, amount: 70 }));
    expect(outcomeOf(await close(to.id))).toBe("wallet_not_empty");
    valueFrom(
      await wallets.refund(actor, { authorizationId: forced.authorization.id, amount: 30 }),
    );
    expect(outcomeOf(await close())).toBe("wallet_not_empty");
    expect(valueFrom(await close(to.id))).toMatchObject({ status: "closed", available: 0 });
    expect(valueFrom(await wallets.getWallet(actor, to.id)).available).toBe(10);
    expect(valueFrom(await wallets.getCard(actor, card.id)).status).toBe("terminated");
    expect(outcomeOf(await wallets.deposit(actor, wallet.id, { amount: 1 }))).toBe("wallet_closed");
    valueFrom(await wallets.deleteWallet(actor, wallet.id));
    await audited(db, actor.organizationId);
  });
});

describe("a low balance", () => {
  it("is told once for each time that available falls below the threshold, by 40 payments at once", async () => {
    const lanes = times(2, () => moneyOn(db));
    const actor = anActor();
    const wallet = await funded(at(lanes, 0), actor, 4_000);
    const { wallets } = at(lanes, 0);
    valueFrom(await wallets.updateWallet(actor, wallet.id, { lowBalanceThreshold: 2_000 }));
    const card = await withCard(at(lanes, 0), actor, wallet);
    const payAll = () =>
      Promise.all(
        times(40, (i) =>
          at(lanes, i % 2).wallets.authorize(actor, { cardId: card.id, amount: 60 }),
        ),
      );
    await payAll();
    const told = async () => {
      const { log } = await audited(db, actor.organizationId);
      return log.get(wallet.id)?.filter((type) => type === "wallet.balance_low").length;
    };
    expect(await told()).toBe(1);
    valueFrom(await wallets.deposit(actor, wallet.id, { amount: 2_000 }));
    await payAll();
    expect(await told()).toBe(2);
    const events = await db.run({
      name: "test.warnings",
      text: `select data from wallets.wallet_events
where wallet_id = $1::uuid and type = 'wallet.balance_low' order by sequence`,
      params: [wallet.id],
    });
    expect(events.map(({ data }) => JSON.parse(String(data)))).toEqual([
      { walletId: wallet.id, available: 1_960, threshold: 2_000 },
      { walletId: wallet.id, available: 1_980, threshold: 2_000 },
    ]);
  });
});
