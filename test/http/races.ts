import { describe, expect, test } from "vitest";
import { type Answer, client, dataOf, type Server, tally, times } from "../support/api.ts";
import { rowsOf } from "../support/dump.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { newOrganization, type Organization } from "../support/organization.ts";
import type { Authorization, Wallet } from "../support/resources.ts";

/** A zone in which it is about noon, so that no day ends during a test. */
const zoneAtNoon = (): string => {
  const ahead = 12 - new Date().getUTCHours();
  return `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What must hold however many ask at once, and through however many processes on one
 * database: requests are dealt out to `servers` in turn.
 */
export const raceSuite = (servers: readonly [Server, ...Server[]]): void => {
  const [server] = servers;
  const suffix = servers.length === 1 ? "" : `, from ${servers.length} processes`;

  /** The organization's clients, one a server. */
  const sendersOf = ({ apiKey }: Organization) => {
    const clients = servers.map((one) => client(one, apiKey));
    return (index: number) => clients[index % clients.length] ?? clients[0];
  };

  const payAtOnce = async (organization: Organization, cardIds: readonly string[], count = 200) => {
    const sender = sendersOf(organization);
    const answers = await Promise.all(
      times(count, (index) =>
        sender(index)?.post<Authorization>("/v1/authorizations", {
          cardId: cardIds[index % cardIds.length],
          amount: 100,
        }),
      ),
    );
    return answers.map((answer) => dataOf(answer as Answer<Authorization>));
  };

  const expectApproved = (payments: readonly Authorization[], count: number, reason: string) => {
    const approved = payments.filter((payment) => payment.approved);
    expect([approved.length, payments.length]).toEqual([count, 200]);
    expect(new Set(payments.map(({ id }) => id)).size).toBe(200);
    for (const payment of payments) {
      expect(payment.approved ? [] : [reason]).toEqual(payment.reasons);
      expect(payment.status).toBe(payment.approved ? "open" : "declined");
    }
  };

  describe(`many at once${suffix}`, () => {
    test("200 payments of 100 on 10,000: exactly 100 are approved, and nothing is left", async () => {
      const organization = await newOrganization(server);
      const wallet = await organization.wallet(10_000);
      const card = await organization.card(wallet.id);
      const payments = await payAtOnce(organization, [card.id]);
      expectApproved(payments, 100, "insufficient_funds");
      expect(await organization.walletNow(wallet.id)).toMatchObject({ available: 0, held: 10_000 });
      expect(await ledgerFaults(server, organization.id)).toEqual([]);
    });

    test("200 payments of 100 by four cards under the wallet's day limit of 10,000: exactly 100 are approved", async () => {
      const organization = await newOrganization(server, { timezone: zoneAtNoon() });
      const wallet = await organization.wallet(50_000, { limits: { day: { amount: 10_000 } } });
      const cards = await Promise.all(times(4, () => organization.card(wallet.id)));
      const payments = await payAtOnce(
        organization,
        cards.map(({ id }) => id),
      );
      const approved = payments.filter((payment) => payment.approved);
      expect(approved).toHaveLength(100);
      for (const payment of payments.filter((one) => !one.approved)) {
        expect(payment.reasons).toEqual(["wallet_day_amount_limit"]);
      }
      const now = await organization.walletNow(wallet.id);
      expect(now).toMatchObject({ available: 40_000, held: 10_000 });
      expect(await ledgerFaults(server, organization.id)).toEqual([]);
    });

    test("200 payments of 100 under the card's day limit of 10,000: exactly 100 are approved", async () => {
      const organization = await newOrganization(server, { timezone: zoneAtNoon() });
      const wallet = await organization.wallet(50_000);
      const card = await organization.card(wallet.id, { limits: { day: { amount: 10_000 } } });
      const payments = await payAtOnce(organization, [card.id]);
      expect(payments.filter((payment) => payment.approved)).toHaveLength(100);
      expect(await organization.walletNow(wallet.id)).toMatchObject({ held: 10_000 });
    });

    test("transfers in rings among 10 wallets keep every cent, and none is torn", async () => {
      const organization = await newOrganization(server);
      const wallets = await Promise.all(times(10, () => organization.wallet(3_000)));
      const sender = sendersOf(organization);
      const idOf = (index: number) => wallets[index % wallets.length]?.id;
      const answers = await Promise.all(
        times(300, async (index) => {
          await pause((index % 6) * 20);
          // Rings of different strides and directions, so that locks are wanted crosswise.
          const stride = [1, 9, 3, 7][index % 4] ?? 1;
          return sender(index)?.post("/v1/transfers", {
            fromWalletId: idOf(index),
            toWalletId: idOf(index + stride),
            amount: 1 + (index % 97) * 5,
          });
        }),
      );
      const outcomes = tally(
        answers.map((answer) => `${answer?.status} ${answer?.problem.code ?? ""}`.trim()),
      );
      const { 201: sent = 0, "409 insufficient_funds": poor = 0, ...others } = outcomes;
      expect(others).toEqual({});
      expect(sent).toBeGreaterThan(100);
      expect(sent + poor).toBe(300);
      const now = await Promise.all(wallets.map(({ id }) => organization.walletNow(id)));
      expect(now.reduce((sum, { available }) => sum + available, 0)).toBe(30_000);
      expect(await ledgerFaults(server, organization.id)).toEqual([]);
      const booked = await rowsOf(
        server,
        `select count(distinct source_id)::int as count from wallets.postings
        where organization_id = $1::uuid and 'clearing' in (debit, credit)`,
        organization.id,
      );
      expect(booked[0]?.["count"]).toBe(sent);
    });

    test("100 senders to one receiver all get through", async () => {
      const organization = await newOrganization(server);
      const receiver = await organization.wallet();
      const userId = await organization.make("users");
      const senders = await Promise.all(times(100, () => organization.wallet(50, { userId })));
      const sender = sendersOf(organization);
      const answers = await Promise.all(
        senders.map(({ id }, index) =>
          sender(index)?.post("/v1/transfers", {
            fromWalletId: id,
            toWalletId: receiver.id,
            amount: 50,
          }),
        ),
      );
      expect(tally(answers.map((answer) => answer?.status ?? 0))).toEqual({ 201: 100 });
      expect((await organization.walletNow(receiver.id)).available).toBe(5_000);
      expect(await ledgerFaults(server, organization.id)).toEqual([]);
    });

    test("everything at once on one wallet adds up", async () => {
      const organization = await newOrganization(server);
      const wallet = await organization.wallet(5_000);
      const other = await organization.wallet(5_000);
      const card = await organization.card(wallet.id);
      const sender = sendersOf(organization);
      const requests = [
        () => ["/v1/authorizations", { cardId: card.id, amount: 30 }],
        () => [`/v1/wallets/${wallet.id}/deposits`, { amount: 20 }],
        () => [`/v1/wallets/${wallet.id}/withdrawals`, { amount: 25 }],
        () => ["/v1/transfers", { fromWalletId: wallet.id, toWalletId: other.id, amount: 40 }],
        () => ["/v1/transfers", { fromWalletId: other.id, toWalletId: wallet.id, amount: 35 }],
      ] as const;
      const answers = await Promise.all(
        times(200, async (index) => {
          const [path, body] = requests[index % requests.length]?.() ?? ["", {}];
          const answer = await sender(index)?.post(String(path), body);
          return answer?.status ?? 0;
        }),
      );
      expect(tally(answers)).toEqual({ 201: 200 });
      const now: Wallet = await organization.walletNow(wallet.id);
      expect(now).toMatchObject({
        held: 40 * 30,
        available: 5_000 + 40 * (20 - 25 - 40 + 35 - 30),
      });
      expect(await ledgerFaults(server, organization.id)).toEqual([]);
    });
  });
};
