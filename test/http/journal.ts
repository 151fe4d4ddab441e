import { describe, expect, test } from "vitest";
import { client, dataOf, type Json, refusalOf, type Server, times } from "../support/api.ts";
import { newOrganization } from "../support/organization.ts";
import { newPayer, payerOf } from "../support/payer.ts";
import type { Transaction, Wallet } from "../support/resources.ts";

const csv = { Accept: "text/csv" };

/** RFC 4180: quoted cells may hold commas, line breaks and doubled quotes. */
const parseCsv = (text: string): string[][] => {
  const rows: string[][] = [];
  let row: string[] = [];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  for (let cell = cells.exec(text); cell; cell = cells.exec(text)) {
    row.push(cell[1]?.replaceAll('""', '"') ?? cell[2] ?? "");
    if (cell[3] === "\r\n") {
      rows.push(row);
      row = [];
    }
    if (cells.lastIndex === text.length) return rows;
  }
  throw new Error(`no CSV after ${rows.length} rows`);
};

const recordsOf = (text: string): Record<string, string>[] => {
  const [head = [], ...rows] = parseCsv(text);
  return rows.map((row) => {
    expect(row).toHaveLength(head.length);
    return Object.fromEntries(head.map((name, index) => [name, row[index] ?? ""]));
  });
};

const day = 86_400_000;

/** Statements, balances at a time, corrections, and the accounts that it all adds up to. */
export const journalSuite = (server: Server): void => {
  describe("movements", () => {
    test("count for the day that they say, and are booked when they are booked", async () => {
      const payer = await newPayer(server, 100);
      const path = `/v1/wallets/${payer.wallet.id}`;
      const effectiveAt = new Date(Date.now() - 3 * day).toISOString();
      const made = dataOf(
        await payer.api.post<Json>(`${path}/deposits`, { amount: 50, effectiveAt }),
      );
      expect(made).toMatchObject({ effectiveAt, available: 150 });
      expect(Date.parse(String(made["createdAt"]))).toBeGreaterThan(Date.now() - 60_000);
      const [, line] = await payer.statement();
      expect(line).toMatchObject({ effectiveAt, createdAt: made["createdAt"], available: 150 });
      const then = await payer.api.get<Wallet>(`${path}/balance?at=${effectiveAt}`);
      expect(dataOf(then).available).toBe(0);
      const tomorrow = new Date(Date.now() + day).toISOString();
      for (const [to, body] of [
        [`${path}/deposits`, {}],
        [`${path}/withdrawals`, {}],
        ["/v1/transfers", { fromWalletId: payer.wallet.id, toWalletId: payer.wallet.id }],
      ] as const) {
        const receiver = await payer.organization.wallet();
        const sent = "toWalletId" in body ? { ...body, toWalletId: receiver.id } : body;
        const late = await payer.api.post(to, { ...sent, amount: 1, effectiveAt: tomorrow });
        expect(refusalOf(late)).toMatchObject({ status: 422, at: ["/effectiveAt"] });
      }
    });

    test("that were wrong stay as they are: a correction is a new one that names them", async () => {
      const payer = await newPayer(server, 0);
      const path = `/v1/wallets/${payer.wallet.id}`;
      const wrong = dataOf(await payer.api.post<Json>(`${path}/deposits`, { amount: 900 }));
      const corrects = wrong["id"];
      const mended = await payer.api.post<Json>(`${path}/withdrawals`, { amount: 810, corrects });
      expect(dataOf(mended)).toMatchObject({ corrects, available: 90 });
      expect(dataOf(await payer.api.get(`${path}/deposits/${corrects}`))).toEqual(wrong);
      expect((await payer.statement()).map(({ kind, amount }) => [kind, amount])).toEqual([
        ["deposit", 900],
        ["withdrawal", 810],
      ]);
      const stranger = await newPayer(server, 100);
      const other = await payer.organization.wallet();
      const foreign = dataOf(
        await stranger.api.post<Json>(`/v1/wallets/${stranger.wallet.id}/deposits`, { amount: 1 }),
      );
      const beside = dataOf(
        await payer.api.post<Json>(`/v1/wallets/${other.id}/deposits`, { amount: 1 }),
      );
      for (const id of [crypto.randomUUID(), foreign["id"], beside["id"], payer.wallet.id]) {
        const refused = await payer.api.post(`${path}/deposits`, { amount: 1, corrects: id });
        expect(refusalOf(refused)).toEqual({ status: 404, code: "not_found", at: ["/corrects"] });
      }
    });
  });

  describe("a statement", () => {
    test("is filtered by kind, card and time, and its cursors keep to that", async () => {
      const payer = await newPayer(server, 5_000);
      const second = payerOf(
        payer.organization,
        payer.wallet,
        await payer.organization.card(payer.wallet.id),
      );
      for (const amount of [10, 20, 30]) {
        dataOf(await payer.capture(await payer.pay(amount), {}));
        dataOf(await second.reverse(await second.pay(amount + 1)));
      }
      const all = await payer.statement();
      const { length } = all;
      expect(length).toBe(13);
      const walk = async (filter: string) => {
        const lines: Transaction[] = [];
        let cursor: string | null | undefined;
        do {
          const path = `/v1/wallets/${payer.wallet.id}/transactions?sort=asc&limit=2&${filter}`;
          const page = await payer.api.get<Transaction[]>(
            `${path}${cursor ? `&cursor=${cursor}` : ""}`,
          );
          lines.push(...dataOf(page));
          cursor = page.page?.next;
        } while (cursor);
        return lines;
      };
      expect(await walk("")).toEqual(all);
      expect(await walk("kind=hold")).toEqual(all.filter(({ kind }) => kind === "hold"));
      expect(await walk(`cardId=${second.card.id}`)).toEqual(
        all.filter(({ cardId }) => cardId === second.card.id),
      );
      expect(await walk(`kind=capture&cardId=${second.card.id}`)).toEqual([]);
      for (const { createdAt } of all) {
        const before = all.filter((line) => line.createdAt < createdAt);
        expect(await walk(`to=${createdAt}`)).toEqual(before);
        expect(await walk(`from=${createdAt}`)).toEqual(all.slice(before.length));
      }
      const [from, to] = [all[3]?.createdAt ?? "", all[9]?.createdAt ?? ""];
      expect(await walk(`from=${from}&to=${to}&kind=hold`)).toEqual(
        all.filter(({ createdAt, kind }) => createdAt >= from && createdAt < to && kind === "hold"),
      );
      expect(await walk("from=2099-01-01T00:00:00Z")).toEqual([]);
      for (const wrong of ["kind=holds", "from=yesterday", "to=2026-02-30T00:00:00Z", "cardId=1"]) {
        const answer = await payer.api.get(`/v1/wallets/${payer.wallet.id}/transactions?${wrong}`);
        expect(refusalOf(answer)).toMatchObject({ status: 400, at: [wrong.split("=")[0]] });
      }
    });

    test("is CSV where that is asked for: streamed whole, quoted, and no formula", async () => {
      const organization = await newOrganization(server);
      const [from, to] = [await organization.wallet(5_000), await organization.wallet()];
      const oddities = [
        'a "quoted" word',
        "commas, two, of them",
        "=1+1",
        "+41 44 000 00 00",
        "-12",
        "@SUM(A1)",
        "plain",
        '=HYPERLINK("http://evil.example","x"),y',
      ];
      const items = times(1_100, (index) => ({
        fromWalletId: from.id,
        toWalletId: to.id,
        amount: 1 + (index % 3),
        ...(oddities[index] === undefined ? {} : { reference: oddities[index] }),
      }));
      for (const part of [items.slice(0, 600), items.slice(600)]) {
        const body = { items: part, atomic: true };
        dataOf(await organization.api.post("/v1/transfers/batch", body));
      }
      const path = `/v1/wallets/${from.id}/transactions`;
      const get = (query: string) =>
        organization.api.send("GET", `${path}${query}`, { headers: csv });
      const whole = await get("?sort=asc&limit=1");
      expect(whole.headers.get("Content-Type")).toBe("text/csv; charset=utf-8; header=present");
      expect(whole.headers.get("Content-Disposition")).toContain("attachment");
      expect(whole.headers.get("Content-Length")).toBe(null);
      expect(whole.headers.get("Cache-Control")).toBe("no-store");
      const lines = recordsOf(whole.text);
      expect(lines).toHaveLength(1_101);
      expect(whole.text.split("\r\n", 1)[0]).toBe(
        "id,createdAt,effectiveAt,kind,debit,credit,amount,currency,available,held,receivable,sourceId,cardId,reference",
      );
      expect(lines.slice(1, 9).map(({ reference }) => reference)).toEqual(
        oddities.map((text) => (/^[=+\-@]/.test(text) ? `'${text}` : text)),
      );
      const page = await organization.api.get<Json[]>(`${path}?sort=asc&limit=100`);
      const asText = (value: unknown) => (value === null ? "" : String(value));
      for (const [index, line] of dataOf(page).entries()) {
        if (index >= 1 && index <= 8) continue;
        const shown = Object.keys(lines[index] ?? {}).map((name) => [name, asText(line[name])]);
        expect(lines[index]).toEqual(Object.fromEntries(shown));
      }
      expect(new Set(lines.map(({ id }) => id)).size).toBe(1_101);
      let available = 5_000;
      for (const { kind, amount, available: after } of lines.slice(1)) {
        available -= Number(amount);
        expect([kind, after]).toEqual(["transfer_out", String(available)]);
      }
      const descending = recordsOf((await get("")).text);
      expect(descending.map(({ id }) => id)).toEqual(lines.map(({ id }) => id).reverse());
      const onwards = recordsOf((await get(`?sort=asc&cursor=${page.page?.next}`)).text);
      expect(onwards.map(({ id }) => id)).toEqual(lines.slice(100).map(({ id }) => id));
      expect(recordsOf((await get("?kind=deposit")).text)).toHaveLength(1);
      const missing = await organization.api.send(
        "GET",
        `/v1/wallets/${crypto.randomUUID()}/transactions`,
        { headers: csv },
      );
      expect(refusalOf(missing)).toMatchObject({ status: 404 });
      const any = await organization.api.send("GET", path, { headers: { Accept: "*/*" } });
      expect(dataOf(any)).toHaveLength(10);
    });
  });

  test("the balance at a time is what the last line by then left", async () => {
    const payer = await newPayer(server, 0);
    const path = `/v1/wallets/${payer.wallet.id}/balance`;
    const at = async (time: string) => {
      const { available, held, receivable } = dataOf(
        await payer.api.get<Wallet>(`${path}?at=${time}`),
      );
      return { available, held, receivable };
    };
    const before = new Date(Date.parse(payer.wallet.createdAt) - 1).toISOString();
    await payer.deposit(1_000);
    const paid = await payer.pay(400);
    await new Promise((resolve) => setTimeout(resolve, 15));
    const between = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 15));
    dataOf(await payer.capture(paid, { amount: 300 }));
    dataOf(await payer.force(900));
    const lines = await payer.statement();
    expect(lines.length).toBeGreaterThan(5);
    for (const { createdAt } of lines) {
      const last = lines.findLast((line) => line.createdAt <= createdAt);
      expect(last).toMatchObject(await at(createdAt));
    }
    expect(await at(before)).toEqual({ available: 0, held: 0, receivable: 0 });
    expect(await at(between)).toEqual({ available: 600, held: 400, receivable: 0 });
    const now = dataOf(await payer.api.get<Wallet>(path));
    expect(now).toMatchObject({ available: 0, held: 0, receivable: 200, currency: "EUR" });
    const nobody = await payer.api.get(`/v1/wallets/${crypto.randomUUID()}/balance`);
    expect(nobody.status).toBe(404);
  });

  test("the ledger's accounts are the sums of all statements, and balance in every currency", async () => {
    const payer = await newPayer(server, 5_000);
    const { organization, api } = payer;
    const dollars = await organization.wallet(70, { currency: "USD" });
    const other = await organization.wallet(300);
    const paid = await payer.pay(1_000, { merchant: { category: "5812" } });
    dataOf(await payer.capture(paid, { amount: 1_100 }));
    dataOf(await payer.refund({ authorizationId: paid.id, amount: 100 }));
    await payer.pay(250);
    const transfer = { fromWalletId: other.id, toWalletId: payer.wallet.id, amount: 300 };
    dataOf(await api.post("/v1/transfers", transfer));
    const onOther = payerOf(organization, other, await organization.card(other.id));
    dataOf(await onOther.force(40));

    const sums = new Map<string, { debits: number; credits: number }>();
    const add = (account: string, side: "debits" | "credits", amount: number) => {
      const sum = sums.get(account) ?? { debits: 0, credits: 0 };
      sums.set(account, { ...sum, [side]: sum[side] + amount });
    };
    for (const { id } of [payer.wallet, dollars, other]) {
      const path = `/v1/wallets/${id}/transactions?limit=100`;
      for (const { debit, credit, amount, currency } of dataOf(
        await api.get<Transaction[]>(path),
      )) {
        add(`${debit} ${currency}`, "debits", amount);
        add(`${credit} ${currency}`, "credits", amount);
      }
    }
    interface Account {
      readonly account: string;
      readonly currency: string;
      readonly debits: string;
      readonly credits: string;
      readonly balance: string;
    }
    const accounts = dataOf(await api.get<Account[]>("/v1/ledger/accounts"));
    expect(
      Object.fromEntries(
        accounts.map(({ account, currency, debits, credits }) => [
          `${account} ${currency}`,
          { debits: Number(debits), credits: Number(credits) },
        ]),
      ),
    ).toEqual(Object.fromEntries(sums));
    const balanceOf = (name: string) =>
      accounts.find(({ account, currency }) => `${account} ${currency}` === name)?.balance;
    expect(
      ["external", "available", "held", "receivable", "network", "clearing"].map((account) =>
        balanceOf(`${account} EUR`),
      ),
    ).toEqual(["5300", "4050", "250", "40", "1040", "0"]);
    expect([balanceOf("external USD"), balanceOf("available USD")]).toEqual(["70", "70"]);
    const trial = dataOf(await api.get<Json>("/v1/ledger/trial-balance"));
    expect(trial).toMatchObject({
      balanced: true,
      currencies: [
        { currency: "EUR", difference: "0", clearing: "0" },
        { currency: "USD", debits: "70", credits: "70", difference: "0" },
      ],
    });
    const stranger = await newOrganization(server);
    const nothing = client(server, stranger.apiKey);
    expect(dataOf(await nothing.get<Account[]>("/v1/ledger/accounts"))).toEqual([]);
  });
};
