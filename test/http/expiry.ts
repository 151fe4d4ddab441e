import { describe, expect, test } from "vitest";
import { dataOf, refusalOf, type Server } from "../support/api.ts";
import { newPayer, type Payer } from "../support/payer.ts";
import type { Authorization, FeedEvent } from "../support/resources.ts";

export interface Expiry {
  /** Releases what is due; `undefined` where the server does so by itself, and often. */
  readonly sweep?: () => Promise<unknown>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const short = { expiresInSeconds: 1 };

/** Holds whose time is over, and what merchants can still do then. */
export const expirySuite = (server: Server, { sweep }: Expiry = {}): void => {
  const untilExpired = async (payer: Payer, paid: Authorization): Promise<Authorization> => {
    await pause(Math.max(0, Date.parse(paid.expiresAt ?? "") - Date.now() + 20));
    await sweep?.();
    await expect
      .poll(async () => (await payer.payment(paid)).status, { timeout: 10_000, interval: 100 })
      .toBe("expired");
    return payer.payment(paid);
  };

  describe("a hold whose time is over", () => {
    test("is released to wallet and limits, and says so in the feed", async () => {
      const payer = await newPayer(server, 1_000);
      const paid = await payer.pay(600, short);
      expect(await payer.balances()).toEqual([400, 600, 0]);
      dataOf(await payer.capture(paid, { amount: 100, final: false }));
      const lasting = await payer.pay(50);
      const expired = await untilExpired(payer, paid);
      expect(expired).toMatchObject({
        approved: true,
        status: "expired",
        amount: 600,
        held: 0,
        captured: 100,
        expiresAt: null,
      });
      expect(await payer.balances()).toEqual([850, 50, 0]);
      expect(await payer.spent()).toEqual([150, 2]);
      expect((await payer.payment(lasting)).status).toBe("open");
      const told = async () => {
        const path = `/v1/events?type=authorization.expired&walletId=${payer.wallet.id}`;
        return dataOf(await payer.api.get<FeedEvent[]>(path)).map(({ data }) => data);
      };
      await expect
        .poll(told, { timeout: 10_000 })
        .toMatchObject([{ authorization: expired, returned: [{ amount: 500 }] }]);
      for (const answer of [await payer.reverse(paid), await payer.increment(paid, 1)]) {
        expect(refusalOf(answer)).toMatchObject({ status: 409, code: "authorization_not_open" });
        expect(answer.problem.detail).toContain("Its hold expired.");
      }
    });

    test("can be captured late: from what is available, the rest is owed, limits count it anew", async () => {
      const payer = await newPayer(server, 1_000);
      const paid = await payer.pay(600, short);
      await untilExpired(payer, paid);
      expect(await payer.spent()).toEqual([0, 0]);
      dataOf(await payer.api.post(`/v1/wallets/${payer.wallet.id}/withdrawals`, { amount: 900 }));
      const part = dataOf(await payer.capture(paid, { amount: 70, final: false }));
      expect(part).toMatchObject({
        kind: "late",
        amount: 70,
        uncovered: 70,
        authorization: { status: "expired", captured: 70, held: 0 },
      });
      expect(await payer.spent()).toEqual([70, 1]);
      const over = await payer.capture(paid, { amount: 531 });
      expect(refusalOf(over).code).toBe("capture_exceeds_authorization");
      const rest = dataOf(await payer.capture(paid));
      expect(rest).toMatchObject({
        amount: 530,
        authorization: { status: "closed", captured: 600 },
      });
      expect(await payer.balances()).toEqual([0, 0, 500]);
      expect(await payer.spent()).toEqual([600, 1]);
      expect(refusalOf(await payer.capture(paid)).code).toBe("authorization_not_open");
      const kinds = (await payer.statement()).map(({ kind, amount }) => `${kind} ${amount}`);
      expect(kinds).toEqual([
        "deposit 1000",
        "hold 600",
        "release 600",
        "withdrawal 900",
        "uncovered_capture 70",
        "uncovered_capture 30",
        "advance 500",
      ]);
    });

    test.runIf(sweep)("lives until it is released: a capture asks no clock", async () => {
      const payer = await newPayer(server, 1_000);
      const paid = await payer.pay(600, short);
      await pause(1_100);
      expect((await payer.payment(paid)).status).toBe("open");
      expect(dataOf(await payer.capture(paid))).toMatchObject({ kind: "held", uncovered: 0 });
      await sweep?.();
      expect((await payer.payment(paid)).status).toBe("closed");
    });

    test("lives a week where nobody says how long, a month for a stay, or as the settings say", async () => {
      const days = ({ expiresAt }: Authorization) =>
        Math.round((Date.parse(expiresAt ?? "") - Date.now()) / 86_400_000);
      const lives = async (payer: Payer) =>
        Promise.all(
          ["5411", "7011", "3501", "7512"].map(async (category) =>
            days(await payer.pay(10, { merchant: { category } })),
          ),
        );
      expect(await lives(await newPayer(server, 1_000))).toEqual([7, 31, 31, 31]);
      const settings = { payments: { holdDays: 3, travelHoldDays: 10 } };
      expect(await lives(await newPayer(server, 1_000, { settings }))).toEqual([3, 10, 10, 10]);
    });
  });
};
