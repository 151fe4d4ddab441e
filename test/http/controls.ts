import { describe, expect, test } from "vitest";
import { dataOf, refusalOf, type Server } from "../support/api.ts";
import { dumpOf } from "../support/dump.ts";
import { newPayer, payerOf } from "../support/payer.ts";
import type { Card, Explanation, FeedEvent, Wallet } from "../support/resources.ts";

const at = (id: string) => ({ merchant: { id } });

/** A zone in which it is about noon, so that no day ends during a test. */
const zoneAtNoon = (): string => {
  const ahead = 12 - new Date().getUTCHours();
  return `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
};

/** What lets payments through, what it says of them, and how cards and wallets end. */
export const controlSuite = (server: Server): void => {
  describe("cards", () => {
    test("for a single use are good for one payment, unless it was wholly given back", async () => {
      const payer = await newPayer(server, 1_000, { card: { type: "single_use" } });
      expect((await payer.pay(0)).approved).toBe(true);
      const first = await payer.pay(100);
      expect(first.approved).toBe(true);
      expect((await payer.pay(1)).reasons).toEqual(["card_already_used"]);
      expect((await payer.pay(0)).approved).toBe(true);
      dataOf(await payer.reverse(first));
      const second = await payer.pay(200);
      expect(second.approved).toBe(true);
      dataOf(await payer.capture(second, { amount: 50 }));
      expect((await payer.pay(1)).reasons).toEqual(["card_already_used"]);
    });

    test("locked to a merchant belong to the first that was approved", async () => {
      const payer = await newPayer(server, 1_000, { card: { type: "merchant_locked" } });
      expect((await payer.pay(1)).reasons).toEqual(["card_merchant_locked"]);
      expect((await payer.pay(5_000, at("M1"))).reasons).toEqual(["insufficient_funds"]);
      expect((await payer.pay(100, at("M2"))).approved).toBe(true);
      expect((await payer.pay(100, at("M1"))).reasons).toEqual(["card_merchant_locked"]);
      expect((await payer.pay(100, at("M2"))).approved).toBe(true);
      const card = dataOf(await payer.api.get<Card>(`/v1/cards/${payer.card.id}`));
      expect(card).toMatchObject({ type: "merchant_locked", lockedMerchantId: "M2" });
    });

    test("that are replaced hand on limits, what was spent, and controls, and are over", async () => {
      const limits = { lifetime: { amount: 1_000 } };
      const controls = { categories: { block: ["7995"] } };
      const payer = await newPayer(server, 10_000, { card: { limits, controls, name: "Ada" } });
      const held = await payer.pay(700);
      const path = `/v1/cards/${payer.card.id}/replace`;
      const replaced = await payer.api.post<Card>(path, { reason: "stolen" });
      const fresh = dataOf(replaced);
      expect(fresh).toMatchObject({
        name: "Ada",
        status: "active",
        replacementFor: payer.card.id,
        replacedBy: null,
        controls: { categories: { block: ["7995"] } },
      });
      const numberOf = async (id: string) =>
        dataOf(await payer.api.get<{ number: string }>(`/v1/cards/${id}/secrets`)).number;
      expect(await numberOf(fresh.id)).not.toBe(await numberOf(payer.card.id));
      const old = dataOf(await payer.api.get<Card>(`/v1/cards/${payer.card.id}`));
      expect(old).toMatchObject({ status: "terminated", replacedBy: fresh.id });
      const next = payerOf(payer.organization, payer.wallet, fresh);
      expect(await next.spent()).toEqual([700, 1]);
      expect((await next.pay(301)).reasons).toEqual(["card_lifetime_amount_limit"]);
      expect((await next.pay(300)).approved).toBe(true);
      const gambled = await next.pay(0, { merchant: { category: "7995" } });
      expect(gambled.reasons).toEqual(["card_category_not_allowed"]);
      expect((await payer.pay(1)).reasons).toContain("card_terminated");
      expect((await payer.capture(held)).status).toBe(201);
      const again = await payer.api.post(path, { reason: "lost" });
      expect(refusalOf(again)).toMatchObject({ status: 409, code: "card_terminated" });
    });
  });

  test("merchants, categories and countries are allowed or blocked, on card and wallet", async () => {
    const payer = await newPayer(server, 10_000, {
      wallet: { controls: { countries: { allow: ["DE", "CH"] }, merchants: { block: ["BAD"] } } },
      card: { controls: { categories: { allow: ["5411"] } } },
    });
    const reasons = async (merchant: object) => (await payer.pay(1, { merchant })).reasons;
    expect(await reasons({ id: "M", category: "5411", country: "DE" })).toEqual([]);
    expect(await reasons({ id: "BAD", category: "5412", country: "FR" })).toEqual([
      "wallet_merchant_not_allowed",
      "card_category_not_allowed",
      "wallet_country_not_allowed",
    ]);
    // What the network did not name is on no allow list, and on no block list.
    expect(await reasons({})).toEqual(["card_category_not_allowed", "wallet_country_not_allowed"]);
  });

  describe("limits", () => {
    test("say what is spent, what remains, and when counting begins anew", async () => {
      const timezone = "Asia/Kathmandu";
      const limits = {
        perTransaction: { amount: 900 },
        day: { amount: 20_000, count: 5 },
        week: { count: 3 },
        year: null,
        month: null,
        lifetime: { amount: 1_500 },
      };
      const payer = await newPayer(server, 10_000, { wallet: { timezone }, card: { limits } });
      const spentOn = await payer.pay(600);
      const card = await payer.limits();
      expect(card).toMatchObject({ timezone, perTransaction: { amount: 900 } });
      const { day, week, month, lifetime } = card.windows;
      expect(week).toMatchObject({
        limit: { amount: null, count: 3 },
        spent: { amount: 600, count: 1 },
        remaining: { amount: null, count: 2 },
      });
      expect(day?.remaining).toEqual({ amount: 19_400, count: 4 });
      expect(month).toMatchObject({ limit: { amount: null, count: null }, spent: { amount: 600 } });
      expect(lifetime).toMatchObject({ remaining: { amount: 900 }, resetsAt: null });
      // Kathmandu is 5:45 ahead: its midnights are at 18:15.
      for (const [name, days] of [
        ["day", 1],
        ["week", 7],
        ["month", 31],
        ["year", 366],
      ] as const) {
        const resetsAt = card.windows[name]?.resetsAt ?? "";
        expect([name, resetsAt.slice(11)]).toEqual([name, "18:15:00.000Z"]);
        const ahead = Date.parse(resetsAt) - Date.now();
        expect(ahead).toBeGreaterThan(-5_000);
        expect(ahead).toBeLessThanOrEqual(days * 86_400_000);
      }
      dataOf(await payer.reverse(spentOn, { amount: 100 }));
      expect((await payer.limits()).windows["day"]?.spent).toEqual({ amount: 500, count: 1 });
      const path = `/v1/wallets/${payer.wallet.id}/limits`;
      const ofWallet = dataOf(await payer.api.get<typeof card>(path));
      expect(ofWallet.windows["day"]).toMatchObject({
        limit: { amount: 500_000, count: null },
        spent: { amount: 500, count: 1 },
        remaining: { amount: 499_500, count: null },
      });
    });
  });

  describe("why", () => {
    test("a payment was decided as it was stays on record with the numbers of its time", async () => {
      const timezone = zoneAtNoon();
      const limits = { day: { amount: 10_000, count: 7 } };
      const payer = await newPayer(server, 9_500, { wallet: { timezone }, card: { limits } });
      await payer.pay(3_000);
      const declined = await payer.pay(8_000);
      const why = async () =>
        dataOf(await payer.api.get<Explanation>(`/v1/authorizations/${declined.id}/explanation`));
      const before = await why();
      expect(before.authorization).toEqual(declined);
      const { controls } = before;
      const failed = controls.filter(({ verdict }) => verdict === "failed");
      expect(failed).toEqual([
        {
          control: "card_day_amount_limit",
          verdict: "failed",
          unit: "amount",
          limit: 10_000,
          used: 3_000,
          headroom: 7_000,
        },
        {
          control: "insufficient_funds",
          verdict: "failed",
          unit: "amount",
          limit: 6_500,
          used: 0,
          headroom: 6_500,
        },
      ]);
      expect(failed.map(({ control }) => control)).toEqual(declined.reasons);
      expect(controls).toContainEqual({
        control: "card_day_count_limit",
        verdict: "passed",
        unit: "count",
        limit: 7,
        used: 1,
        headroom: 6,
      });
      expect(controls[0]).toEqual({
        control: "card_terminated",
        verdict: "passed",
        unit: null,
        limit: null,
        used: null,
        headroom: null,
      });
      dataOf(
        await payer.api.patch(`/v1/cards/${payer.card.id}`, {
          limits: { day: { amount: 90_000 } },
        }),
      );
      await payer.deposit(50_000);
      expect((await payer.pay(8_000)).approved).toBe(true);
      expect(await why()).toEqual(before);
    });

    test("a dry run decides as the payment would be decided, and writes nothing", async () => {
      const payer = await newPayer(server, 1_000);
      await payer.pay(100);
      const { id } = payer.organization;
      for (const amount of [0, 700, 5_000]) {
        const body = { cardId: payer.card.id, amount, merchant: { category: "5411" } };
        const before = await dumpOf(server, id);
        const dry = await payer.api.post<Explanation>("/v1/authorizations/dry-run", body, "k");
        expect(await dumpOf(server, id)).toEqual(before);
        const real = await payer.pay(amount, { merchant: body.merchant });
        const { authorization, controls } = dataOf(dry);
        const {
          id: _,
          createdAt: __,
          expiresAt: ___,
          ...same
        } = real as typeof real & {
          createdAt: string;
        };
        expect(authorization).toMatchObject(same);
        const explained = await payer.api.get<Explanation>(
          `/v1/authorizations/${real.id}/explanation`,
        );
        expect(controls).toEqual(dataOf(explained).controls);
        const read = await payer.api.get(`/v1/authorizations/${authorization.id}`);
        expect(read.status).toBe(404);
      }
    });
  });

  describe("a wallet", () => {
    const closing = async (money: number) => {
      const payer = await newPayer(server, money);
      const close = (body: object = {}) =>
        payer.api.post<Wallet>(`/v1/wallets/${payer.wallet.id}/close`, body);
      return { ...payer, close };
    };

    test("closes when it is empty, for good", async () => {
      const { close, ...payer } = await closing(500);
      expect(refusalOf(await close())).toMatchObject({ status: 409, code: "wallet_not_empty" });
      const path = `/v1/wallets/${payer.wallet.id}`;
      dataOf(await payer.api.post(`${path}/withdrawals`, { amount: 500 }));
      expect(dataOf(await close())).toMatchObject({ status: "closed", available: 0 });
      for (const [to, body] of [
        [`${path}/deposits`, { amount: 1 }],
        [`${path}/freeze`, {}],
        ["/v1/authorizations", { cardId: payer.card.id, amount: 1 }],
        ["/v1/captures", { cardId: payer.card.id, amount: 1 }],
        ["/v1/cards", { walletId: payer.wallet.id }],
      ] as const) {
        const refused = await payer.api.post(to, body);
        expect([to, refusalOf(refused)]).toMatchObject([
          to,
          { status: 409, code: "wallet_closed" },
        ]);
      }
      const card = dataOf(await payer.api.get<Card>(`/v1/cards/${payer.card.id}`));
      expect(card.status).toBe("terminated");
      // It is closed, not gone: its past can be read.
      expect(await payer.statement()).toHaveLength(2);
    });

    test("can leave what it has to another, but not what it holds", async () => {
      const { close, organization, ...payer } = await closing(500);
      const heir = await organization.wallet(10);
      const foreign = await organization.wallet(0, { currency: "USD" });
      const sweepTo = heir.id;
      const paid = await payer.pay(100);
      expect(refusalOf(await close({ sweepTo })).code).toBe("wallet_not_empty");
      expect(await payer.balances()).toEqual([400, 100, 0]);
      dataOf(await payer.reverse(paid));
      expect(refusalOf(await close({ sweepTo: payer.wallet.id }))).toMatchObject({
        status: 422,
        at: ["/sweepTo"],
      });
      expect(refusalOf(await close({ sweepTo: foreign.id }))).toMatchObject({
        status: 409,
        code: "currency_mismatch",
        at: ["/sweepTo"],
      });
      expect(dataOf(await close({ sweepTo }))).toMatchObject({ status: "closed", available: 0 });
      expect(await payer.balances()).toEqual([0, 0, 0]);
      expect((await organization.walletNow(heir.id)).available).toBe(510);
      const [last] = (await payer.statement()).slice(-1);
      expect(last).toMatchObject({ kind: "transfer_out", amount: 500 });
      const closedReceiver = await closing(50);
      const another = await closedReceiver.organization.wallet(0);
      dataOf(await payer.api.get(`/v1/transfers/${last?.sourceId}`));
      dataOf(await closedReceiver.api.post(`/v1/wallets/${another.id}/close`, {}));
      const toClosed = await closedReceiver.close({ sweepTo: another.id });
      expect(refusalOf(toClosed)).toMatchObject({ code: "wallet_closed", at: ["/sweepTo"] });
    });

    test("tells when it falls below its threshold, once each time that it falls", async () => {
      const payer = await newPayer(server, 1_000, { wallet: { lowBalanceThreshold: 500 } });
      const warnings = async () => {
        const path = `/v1/events?type=wallet.balance_low&walletId=${payer.wallet.id}`;
        return dataOf(await payer.api.get<FeedEvent[]>(path)).map(({ data }) => data);
      };
      await payer.pay(500);
      await payer.pay(1);
      await payer.pay(1);
      await payer.deposit(2);
      dataOf(await payer.api.post(`/v1/wallets/${payer.wallet.id}/withdrawals`, { amount: 300 }));
      const of = (available: number) => ({ walletId: payer.wallet.id, available, threshold: 500 });
      await expect.poll(warnings, { timeout: 10_000 }).toEqual([of(499), of(200)]);
    });
  });
};
