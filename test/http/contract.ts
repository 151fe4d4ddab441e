import { describe, expect, test } from "vitest";
import { client, dataOf, type Json, refusalOf, type Server } from "../support/api.ts";
import { operations } from "../support/contract.ts";
import { scrape } from "../support/metrics.ts";
import { newOrganization, sendSample } from "../support/organization.ts";
import type { Authorization, Card, Transaction, Wallet } from "../support/resources.ts";

/** DESIGN §9, name by name. Fields may be added, so these are among those of an answer. */
const fields = {
  wallet:
    "id teamId userId name currency timezone status available held receivable limits metadata createdAt updatedAt",
  limits: "perTransaction day week month year lifetime",
  card: "id walletId cardholderId name type status last4 expMonth expYear limits controls replacementFor replacedBy metadata createdAt updatedAt",
  authorization:
    "id cardId walletId approved status reasons requestedAmount amount held captured reversed refunded currency merchant expiresAt metadata createdAt",
  merchant: "id name category country",
} as const;

const expectFields = (value: unknown, names: keyof typeof fields): void => {
  expect(Object.keys(value as Json)).toEqual(expect.arrayContaining(fields[names].split(" ")));
};

/** The networks' test numbers; each organization may have each of them once. */
const visa = "4111111111111111";
const mastercard = "5555555555554444";
const longest = "6304000000000000000";

const broughtAlong = (number: string) => ({ number, expMonth: 12, expYear: 2099, cvv: "123" });

export const contractSuite = (server: Server): void => {
  describe("the contract", () => {
    test.each(operations)("$id answers a sample as documented", async (operation) => {
      const organization = await newOrganization(server);
      const answer = await sendSample(server, organization, await organization.sample(operation));
      expect(answer.status, answer.text).toBe(operation.successStatus);
      expect(answer.headers.get("X-Request-Id")).toBeTruthy();
      expect(answer.headers.get("RateLimit")).toMatch(/^"key";r=\d+;t=\d+$/);
      expect(answer.headers.get("RateLimit-Policy")).toMatch(/^"key";q=\d+;w=1$/);
      expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
      if (answer.status === 204) expect(answer.text).toBe("");
      else expect(answer.headers.get("Cache-Control")).toBe("no-store");
    });

    test("statuses: creations and movements 201, actions 200, deletes 200 or 204", () => {
      for (const { id, method, path, successStatus } of operations) {
        const action = /\/(freeze|unfreeze|terminate|replace|close|dry-run|batch)$/.test(path);
        if (method === "POST") expect([id, successStatus]).toEqual([id, action ? 200 : 201]);
        else if (method === "DELETE") expect([200, 204]).toContain(successStatus);
        else expect(successStatus).toBe(200);
      }
    });

    test("an organization comes with its first key, shown once, and with defaults", async () => {
      const admin = client(server, server.adminToken);
      const key = crypto.randomUUID();
      const body = { name: "Harbour" };
      const made = await admin.post<Json>("/v1/organizations", body, key);
      expect(dataOf(made)).toMatchObject({
        name: "Harbour",
        currency: "EUR",
        timezone: "UTC",
        smallestLimit: 10_000,
        defaultLimits: {
          perTransaction: null,
          day: { amount: 500_000 },
          week: null,
          month: { amount: 500_000 },
          year: null,
          lifetime: null,
        },
      });
      expect(made.data["apiKey"]).toMatch(/^[0-9a-f-]{36}\.[\w-]{20,}$/);
      const again = await admin.post<Json>("/v1/organizations", body, key);
      expect([again.status, again.data]).toEqual([201, { ...made.data, apiKey: null }]);
      const own = client(server, String(made.data["apiKey"]));
      const read = dataOf(await own.get<Json>(`/v1/organizations/${made.data["id"]}`));
      expect(read).not.toHaveProperty("apiKey");
    });

    test("a wallet: its fields, the organization's defaults, and null for what is unlimited", async () => {
      const organization = await newOrganization(server, {
        currency: "JPY",
        timezone: "Asia/Tokyo",
      });
      const teamId = await organization.make("teams");
      const wallet = await organization.wallet(0, {
        teamId,
        name: "Fuel",
        limits: {
          perTransaction: { amount: 20_000 },
          month: null,
          week: { amount: 90_000, count: 9 },
        },
        metadata: { region: "north" },
      });
      expectFields(wallet, "wallet");
      expectFields(wallet.limits, "limits");
      expect(wallet).toMatchObject({
        teamId,
        userId: null,
        name: "Fuel",
        currency: "JPY",
        timezone: "Asia/Tokyo",
        status: "active",
        available: 0,
        held: 0,
        receivable: 0,
        metadata: { region: "north" },
      });
      expect(wallet.limits).toEqual({
        perTransaction: { amount: 20_000 },
        day: { amount: 500_000 },
        week: { amount: 90_000, count: 9 },
        month: null,
        year: null,
        lifetime: null,
      });
      expect(wallet.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(await organization.walletNow(wallet.id)).toEqual(wallet);
    });

    test("a patch changes what it names: absent is unchanged, null is cleared", async () => {
      const { api, ...organization } = await newOrganization(server);
      const wallet = await organization.wallet(0, { metadata: { a: "1" } });
      const patch = (body: Json) => api.patch<Wallet & Json>(`/v1/wallets/${wallet.id}`, body);
      const named = dataOf(await patch({ name: "Renamed" }));
      expect(named).toEqual({ ...wallet, name: "Renamed", updatedAt: named["updatedAt"] });
      const limited = dataOf(await patch({ limits: { day: null, year: { count: 5 } } }));
      expect(limited.limits).toEqual({ ...wallet.limits, day: null, year: { count: 5 } });
      expect(dataOf(await patch({ metadata: null }))["metadata"]).toEqual({});
      expect(refusalOf(await patch({ limits: { day: { amount: 9_999 } } }))).toEqual({
        status: 422,
        code: "validation_failed",
        at: ["/limits/day/amount"],
      });
      expect(refusalOf(await patch({ currency: "USD" }))).toMatchObject({ at: ["/currency"] });
      expect(refusalOf(await patch({ name: null }))).toMatchObject({ at: ["/name"] });
      expect((await organization.walletNow(wallet.id)).name).toBe("Renamed");
    });

    test("money movements: their fields and the balances they leave", async () => {
      const { api, ...organization } = await newOrganization(server);
      const [from, to] = [await organization.wallet(), await organization.wallet()];
      const post = async (path: string, body: Json) => {
        const answer = await api.post(path, body);
        expect(answer.status, answer.text).toBe(201);
        return answer.data;
      };
      const paidIn = await post(`/v1/wallets/${from.id}/deposits`, {
        amount: 1_000,
        reference: "INV-1",
      });
      expect(paidIn).toMatchObject({
        walletId: from.id,
        amount: 1_000,
        currency: "EUR",
        reference: "INV-1",
        available: 1_000,
        held: 0,
        receivable: 0,
      });
      const paidOut = await post(`/v1/wallets/${from.id}/withdrawals`, { amount: 300 });
      expect(paidOut).toMatchObject({ amount: 300, reference: null, available: 700 });
      const transfer = { fromWalletId: from.id, toWalletId: to.id, amount: 200 };
      expect(await post("/v1/transfers", transfer)).toMatchObject(transfer);
      expect((await organization.walletNow(from.id)).available).toBe(500);
      expect((await organization.walletNow(to.id)).available).toBe(200);
      const refused = await api.post("/v1/transfers", { ...transfer, amount: 501 });
      expect(refusalOf(refused)).toMatchObject({ status: 409, code: "insufficient_funds" });
      const itself = await api.post("/v1/transfers", { ...transfer, toWalletId: from.id });
      expect(refusalOf(itself)).toMatchObject({ status: 422, at: ["/toWalletId"] });
      const most = Number.MAX_SAFE_INTEGER;
      const over = await api.post(`/v1/wallets/${from.id}/deposits`, { amount: most });
      expect(refusalOf(over)).toMatchObject({ status: 409, code: "balance_too_large" });
      const rich = await organization.wallet();
      expect(await post(`/v1/wallets/${rich.id}/deposits`, { amount: most })).toMatchObject({
        amount: most,
        available: most,
      });
      const statement = dataOf(
        await api.get<Transaction[]>(`/v1/wallets/${from.id}/transactions?sort=asc`),
      );
      expect(statement.map(({ kind, amount, available }) => [kind, amount, available])).toEqual([
        ["deposit", 1_000, 1_000],
        ["withdrawal", 300, 700],
        ["transfer_out", 200, 500],
      ]);
    });

    test("a card: its fields, its life, and its number only where it is asked for", async () => {
      const { api, ...organization } = await newOrganization(server);
      const wallet = await organization.wallet();
      const cardholderId = await organization.make("users");
      const card = await organization.card(wallet.id, { cardholderId, name: "Ada" });
      expectFields(card, "card");
      expectFields((card as unknown as Json)["limits"], "limits");
      expect(card).toMatchObject({
        walletId: wallet.id,
        cardholderId,
        name: "Ada",
        status: "active",
        replacementFor: null,
        replacedBy: null,
      });
      expect(card.last4).toMatch(/^\d{4}$/);
      const secrets = await api.get<Json>(`/v1/cards/${card.id}/secrets`);
      expect(secrets.headers.get("Cache-Control")).toBe("no-store");
      expect(secrets.data).toEqual({
        number: expect.stringMatching(new RegExp(`^\\d{12}${card.last4}$`)),
        cvv: expect.stringMatching(/^\d{3}$/),
      });
      for (const [action, status] of [
        ["freeze", "frozen"],
        ["unfreeze", "active"],
        ["terminate", "terminated"],
      ]) {
        const done = await api.post<Card>(`/v1/cards/${card.id}/${action}`);
        expect([done.status, done.data.status]).toEqual([200, status]);
      }
      const unfrozen = await api.post(`/v1/cards/${card.id}/unfreeze`);
      expect(refusalOf(unfrozen)).toMatchObject({ status: 409, code: "card_terminated" });
      for (const read of [`/v1/cards/${card.id}`, "/v1/cards", `/v1/cards?walletId=${wallet.id}`]) {
        expect((await api.get(read)).text).not.toContain(String(secrets.data["number"]));
      }
    });

    test("a card that is brought along is checked, and its number taken once", async () => {
      const { api, ...organization } = await newOrganization(server);
      const { id: walletId } = await organization.wallet();
      const bring = (card: Json) => api.post<Card & Json>("/v1/cards", { walletId, ...card });
      const refused: [Json, string][] = [
        [broughtAlong("4111111111111112"), "/number"],
        [broughtAlong("411111111111"), "/number"],
        [broughtAlong("41111111111111111111"), "/number"],
        [broughtAlong("4111 1111 1111 1111"), "/number"],
        [broughtAlong("４１１１１１１１１１１１１１１１"), "/number"],
        [{ ...broughtAlong(visa), cvv: "12" }, "/cvv"],
        [{ ...broughtAlong(visa), cvv: "12345" }, "/cvv"],
        [{ ...broughtAlong(visa), cvv: "abc" }, "/cvv"],
        [{ ...broughtAlong(visa), cvv: undefined }, "/cvv"],
        [{ ...broughtAlong(visa), expMonth: 13 }, "/expMonth"],
        [{ ...broughtAlong(visa), expYear: 1999 }, "/expYear"],
        [{ ...broughtAlong(visa), expMonth: undefined }, "/expMonth"],
        [{ cvv: "123" }, "/number"],
        [{ ...broughtAlong(visa), expMonth: 1, expYear: 2020 }, "/expYear"],
      ];
      for (const [card, pointer] of refused) {
        const answer = await bring(card);
        expect([card, answer.status, answer.problem.errors.map((e) => e.pointer)]).toEqual([
          card,
          422,
          expect.arrayContaining([pointer]),
        ]);
      }
      for (const number of [visa, mastercard, longest]) {
        const card = dataOf(await bring(broughtAlong(number)));
        expect(card).toMatchObject({ last4: number.slice(-4), expMonth: 12, expYear: 2099 });
        expect(dataOf(await api.get<Json>(`/v1/cards/${card.id}/secrets`))).toEqual({ number });
      }
      const taken = await bring(broughtAlong(visa));
      expect(refusalOf(taken)).toMatchObject({ status: 409, code: "card_number_taken" });
      const stranger = await newOrganization(server);
      const elsewhere = await stranger.wallet();
      expect((await stranger.card(elsewhere.id, broughtAlong(visa))).last4).toBe("1111");
    });

    test("an authorization: its fields, approved and declined, and the balance it holds", async () => {
      const { api, ...organization } = await newOrganization(server);
      const wallet = await organization.wallet(1_000);
      const card = await organization.card(wallet.id);
      const merchant = { id: "M1", name: "Chandler", category: "5300", country: "DE" };
      const body = {
        cardId: card.id,
        amount: 400,
        currency: "EUR",
        merchant,
        metadata: { a: "b" },
      };
      const answer = await api.post<Authorization & Json>("/v1/authorizations", body);
      const approved = dataOf(answer);
      expectFields(approved, "authorization");
      expectFields(approved["merchant"], "merchant");
      expect(approved).toMatchObject({
        ...body,
        walletId: wallet.id,
        approved: true,
        status: "open",
        reasons: [],
        requestedAmount: 400,
        amount: 400,
        held: 400,
        captured: 0,
        reversed: 0,
        refunded: 0,
      });
      expect(Date.parse(String(approved["expiresAt"]))).toBeGreaterThan(Date.now());
      expect(await organization.walletNow(wallet.id)).toMatchObject({ available: 600, held: 400 });
      const declined = await organization.pay(card.id, 601);
      expect(declined).toMatchObject({
        approved: false,
        status: "declined",
        reasons: ["insufficient_funds"],
        requestedAmount: 601,
        held: 0,
        merchant: { id: null, name: null, category: null, country: null },
      });
      expect(await organization.walletNow(wallet.id)).toMatchObject({ available: 600, held: 400 });
      const read = await api.get<Authorization>(`/v1/authorizations/${approved.id}`);
      expect(dataOf(read)).toEqual(approved);
      const wrong = await api.post("/v1/authorizations", { ...body, currency: "USD" });
      expect(refusalOf(wrong)).toMatchObject({ status: 409, code: "currency_mismatch" });
      const partial = await api.post<Authorization>("/v1/authorizations", {
        cardId: card.id,
        amount: 10_000,
        partialApproval: true,
      });
      expect(dataOf(partial)).toMatchObject({
        approved: true,
        requestedAmount: 10_000,
        amount: 600,
      });
      const check = await organization.pay(card.id, 0);
      expect(check).toMatchObject({ approved: true, amount: 0, held: 0 });
    });

    test("what is frozen declines, and nothing can be taken out of it", async () => {
      const { api, ...organization } = await newOrganization(server);
      const wallet = await organization.wallet(1_000);
      const card = await organization.card(wallet.id);
      expect(dataOf(await api.post<Card>(`/v1/cards/${card.id}/freeze`)).status).toBe("frozen");
      expect((await organization.pay(card.id, 1)).reasons).toEqual(["card_frozen"]);
      dataOf(await api.post(`/v1/wallets/${wallet.id}/freeze`));
      expect((await organization.pay(card.id, 1)).reasons).toEqual([
        "card_frozen",
        "wallet_frozen",
      ]);
      const out = await api.post(`/v1/wallets/${wallet.id}/withdrawals`, { amount: 1 });
      expect(refusalOf(out)).toMatchObject({ status: 409, code: "wallet_frozen" });
      expect((await api.post(`/v1/wallets/${wallet.id}/deposits`, { amount: 1 })).status).toBe(201);
      dataOf(await api.post(`/v1/wallets/${wallet.id}/unfreeze`));
      dataOf(await api.post(`/v1/cards/${card.id}/unfreeze`));
      expect((await organization.pay(card.id, 1)).approved).toBe(true);
    });

    test("a request's id comes back where it is asked for, and is made where it is none", async () => {
      const { api } = await newOrganization(server);
      const send = (id: string) =>
        api.send("GET", "/v1/users", { headers: { "X-Request-Id": id } });
      for (const id of ["a", "A.b_c-1", "x".repeat(64)]) {
        expect((await send(id)).headers.get("X-Request-Id")).toBe(id);
      }
      for (const id of ["a b", "x".repeat(65), "<script>", "a/b", "a;b"]) {
        const given = (await send(id)).headers.get("X-Request-Id");
        expect(given).not.toBe(id);
        expect(given).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
      }
    });

    test("health, readiness, metrics and the document need no key", async () => {
      const nobody = client(server, null);
      expect((await nobody.get("/health")).text).toContain('"ok"');
      expect((await nobody.get("/ready")).text).toContain("ready");
      expect((await nobody.get("/metrics")).text).toContain("# TYPE");
      expect((await scrape(server)).length).toBeGreaterThan(25);
      const document = await nobody.get("/openapi.json");
      expect(JSON.parse(document.text)).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
    });
  });
};
