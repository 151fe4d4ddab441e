import { evictAllDurableObjects } from "cloudflare:test";
import { expect, test } from "vitest";
import { availableOf, newOrganization, newWallet } from "./client.ts";

interface Payment {
  readonly id: string;
  readonly approved: boolean;
}

test("a hot wallet approves what it has, to the cent, however many ask at once", async () => {
  const send = await newOrganization();
  const { walletId, cardId } = await newWallet(send, 2_000);
  const asked = Array.from({ length: 50 }, () =>
    send<Payment>("POST", "/v1/authorizations", { cardId, amount: 100 }),
  );
  const answers = await Promise.all(asked);
  expect(answers.map(({ status }) => status)).toEqual(asked.map(() => 201));
  expect(answers.filter(({ data }) => data.approved)).toHaveLength(20);
  expect(await availableOf(send, walletId)).toBe(0);
});

test("a lane that lost its memory decides on what the database has", async () => {
  const send = await newOrganization();
  const { walletId, cardId } = await newWallet(send, 300);
  const pay = () => send<Payment>("POST", "/v1/authorizations", { cardId, amount: 100 });
  expect((await pay()).data.approved).toBe(true);
  await evictAllDurableObjects();
  expect((await pay()).data.approved).toBe(true);
  await evictAllDurableObjects();
  const rest = await Promise.all([pay(), pay(), pay()]);
  expect(rest.filter(({ data }) => data.approved)).toHaveLength(1);
  expect(await availableOf(send, walletId)).toBe(0);
});

test("one key, many requests, one effect, across a lane's restart too", async () => {
  const send = await newOrganization();
  const { walletId, cardId } = await newWallet(send, 1_000);
  const body = { cardId, amount: 100 };
  const key = { "Idempotency-Key": crypto.randomUUID() };
  const pay = () => send<Payment>("POST", "/v1/authorizations", body, key);
  const first = await Promise.all(Array.from({ length: 10 }, pay));
  await evictAllDurableObjects();
  const all = [...first, await pay()];
  expect(new Set(all.map(({ data }) => data.id)).size).toBe(1);
  const replays = all.filter(({ headers }) => headers.get("Idempotency-Replayed") === "true");
  expect(replays).toHaveLength(10);
  expect(await availableOf(send, walletId)).toBe(900);
  const other = await send("POST", "/v1/authorizations", { cardId, amount: 200 }, key);
  expect(other.status).toBe(422);
  expect(other.body.code).toBe("idempotency_key_reused");
});

test("transfers around a ring of wallets in different lanes keep every cent", async () => {
  const send = await newOrganization();
  const wallets = await Promise.all([0, 1, 2, 3].map(() => newWallet(send, 1_000)));
  const transfers = Array.from({ length: 24 }, (_, at) => {
    const from = wallets[at % 4]?.walletId;
    const to = wallets[(at + 1) % 4]?.walletId;
    return send("POST", "/v1/transfers", { fromWalletId: from, toWalletId: to, amount: 10 + at });
  });
  const answers = await Promise.all(transfers);
  expect(answers.map(({ status }) => status)).toEqual(transfers.map(() => 201));
  const balances = await Promise.all(wallets.map(({ walletId }) => availableOf(send, walletId)));
  expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(4_000);
});
