import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { postgresDatabase } from "../../src/db/drivers/postgres.ts";
import { readLag } from "../../src/db/replica/lag.ts";
import { type Answer, dataOf, times } from "../support/api.ts";
import { onFileEnd } from "../support/cleanup.ts";
import {
  fromPrimary,
  fromReplica,
  replicaThenPrimary,
  replicatedApp,
  tokenHeader,
  tokenOf,
} from "../support/replicated-app.ts";
import type { FeedEvent, Identified, Transaction, Wallet } from "../support/resources.ts";

const { pair, database, api, wallet, card, payment, statement, counted, get, book } =
  await replicatedApp();

const amountsOf = ({ data }: Answer): number[] =>
  (data as unknown as readonly Transaction[]).map(({ amount }) => amount);

beforeEach(() => pair.untilCaughtUp());

describe("with a standby", () => {
  test.each([
    "/v1/wallets",
    "/v1/cards",
    "/v1/authorizations",
    `/v1/authorizations?walletId=${wallet.id}`,
    statement,
    `/v1/wallets/${wallet.id}/deposits`,
    "/v1/refunds",
    "/v1/transfers",
    "/v1/events",
    "/v1/ledger/accounts",
    "/v1/ledger/trial-balance",
    "/v1/users",
    "/v1/teams",
    "/v1/team-members",
  ])("GET %s is read there, with and without a token", async (path) => {
    const plain = await get(path);
    expect([plain.answer.status, plain.statements]).toEqual([200, fromReplica]);
    const token = await book(1);
    await pair.untilCaughtUp();
    const demanding = await get(path, token);
    expect([demanding.answer.status, demanding.statements]).toEqual([200, fromReplica]);
  });

  test.each([
    `/v1/wallets/${wallet.id}`,
    `/v1/wallets/${wallet.id}/balance`,
    `/v1/wallets/${wallet.id}/limits`,
    `/v1/cards/${card.id}`,
    `/v1/cards/${card.id}/limits`,
    `/v1/authorizations/${payment.id}`,
    `/v1/authorizations/${payment.id}/explanation`,
    "/v1/api-keys",
  ])("GET %s never is", async (path) => {
    const { answer, statements } = await get(path);
    expect([answer.status, statements]).toEqual([200, fromPrimary]);
  });

  test("what is decided costs what it did: a warm payment is one statement, on the primary", async () => {
    const pay = () => api.post("/v1/authorizations", { cardId: card.id, amount: 1 });
    await pay();
    const { answer, statements } = await counted(pay);
    tokenOf(answer);
    expect(statements).toEqual(fromPrimary);
    const dryRun = () => api.post("/v1/authorizations/dry-run", { cardId: card.id, amount: 1 });
    expect((await counted(dryRun)).statements).toEqual(fromPrimary);
  });
});

describe("with a standby that is behind", () => {
  beforeEach(async () => {
    await pair.pause();
    return pair.resume;
  });

  test("who brings a write's token sees the write; who does not sees what was before", async () => {
    const token = await book(4_321);
    const demanding = await get(statement, token);
    expect(demanding.statements).toEqual(replicaThenPrimary);
    expect(amountsOf(demanding.answer)[0]).toBe(4_321);
    const plain = await get(statement);
    expect(plain.statements).toEqual(fromReplica);
    expect(amountsOf(plain.answer)).not.toContain(4_321);
    await pair.resume();
    await pair.untilCaughtUp();
    const again = await get(statement, token);
    expect(again.statements).toEqual(fromReplica);
    expect(amountsOf(again.answer)).toEqual(amountsOf(demanding.answer));
  });

  test("balances are the newest all the same", async () => {
    const before = dataOf(await api.get<Wallet>(`/v1/wallets/${wallet.id}`)).available;
    await book(77);
    const { available } = dataOf(await api.get<Wallet>(`/v1/wallets/${wallet.id}`));
    const at = dataOf(await api.get<Wallet>(`/v1/wallets/${wallet.id}/balance`));
    expect([available, at.available]).toEqual([before + 77, before + 77]);
  });

  test("CSV, reports and the feed keep to the token, too", async () => {
    const token = await book(5_432);
    const headers = { [tokenHeader]: token };
    const csv = (more: Record<string, string>) =>
      api.send("GET", statement, { headers: { Accept: "text/csv", ...more } });
    expect((await csv(headers)).text).toContain(",5432,");
    expect((await csv({})).text).not.toContain(",5432,");
    const sums = async (...tokens: string[]) =>
      JSON.stringify((await get("/v1/ledger/accounts", ...tokens)).answer.data);
    expect(await sums(token)).not.toBe(await sums());
    const events = async (...tokens: string[]) => {
      const { answer } = await get("/v1/events?limit=100&type=deposit.booked", ...tokens);
      return (answer.data as unknown as readonly FeedEvent[]).length;
    };
    expect(await events(token)).toBe((await events()) + 1);
  });

  test("the directory's lists do so as well, whatever was written", async () => {
    const names = async (path: string, token?: string) =>
      (
        (await get(path, ...(token ? [token] : []))).answer.data as unknown as readonly Identified[]
      ).map(({ id }) => id);
    const made = await api.post<Identified>("/v1/users", { email: `${Date.now()}@example.com` });
    const { id } = dataOf(made);
    const token = tokenOf(made);
    expect(await names("/v1/users", token)).toContain(id);
    expect(await names("/v1/users")).not.toContain(id);
    const changed = tokenOf(await api.patch(`/v1/users/${id}`, { name: "Ada" }));
    const named = async (with_: string) =>
      JSON.stringify((await get("/v1/users", with_)).answer.data);
    expect(await named(changed)).toContain("Ada");
    const team = await api.post<Identified>("/v1/teams", { name: `${Date.now()}` });
    const member = { teamId: dataOf(team).id, userId: id };
    const joined = await api.post<Identified>("/v1/team-members", member);
    expect(await names("/v1/team-members", tokenOf(joined))).toContain(dataOf(joined).id);
    const gone = tokenOf(await api.delete(`/v1/users/${id}`));
    expect(await names("/v1/users", gone)).not.toContain(id);
  });

  test("a repetition's token, a batch's, and several at once show all that they stand for", async () => {
    const key = `key-${Date.now()}`;
    const make = () => api.post("/v1/users", { email: `${key}@example.com` }, key);
    const [first, again] = [await make(), await make()];
    expect(again.replayed).toBe(true);
    const usersWith = async (...tokens: string[]) =>
      JSON.stringify((await get("/v1/users?limit=100", ...tokens)).answer.data);
    for (const answer of [first, again]) expect(await usersWith(tokenOf(answer))).toContain(key);
    const move = () => api.post(`/v1/wallets/${wallet.id}/deposits`, { amount: 6_543 }, key);
    const moves = [await move(), await move()];
    expect(moves[1]?.replayed).toBe(true);
    for (const answer of moves) {
      expect(amountsOf((await get(statement, tokenOf(answer))).answer)).toContain(6_543);
    }
    const items = times(12, () => ({ cardId: card.id, amount: 3 }));
    const batch = await api.post<{ items: { data: Identified }[] }>("/v1/authorizations/batch", {
      items,
    });
    const paid = dataOf(batch).items.map(({ data }) => data.id);
    const listed = await get("/v1/authorizations?limit=100", tokenOf(batch));
    const ids = (listed.answer.data as unknown as readonly Identified[]).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(paid));
    const both = await get(statement, "1.0.1", await book(7_654));
    expect([both.statements, amountsOf(both.answer)[0]]).toEqual([replicaThenPrimary, 7_654]);
  });

  test("writes hand on what they were brought, so that one token covers both contexts", async () => {
    const team = await api.post<Identified>("/v1/teams", { name: "Handed on" });
    const headers = { [tokenHeader]: tokenOf(team) };
    const json = { teamId: dataOf(team).id };
    const token = tokenOf(await api.send("POST", "/v1/wallets", { json, headers }));
    for (const path of ["/v1/teams", "/v1/wallets"]) {
      expect(JSON.stringify((await get(path, token)).answer.data)).toContain(dataOf(team).id);
    }
  });

  test("what it does not have yet is not said to be absent", async () => {
    const made = dataOf(
      await api.post<Wallet>("/v1/wallets", { userId: wallet.userId, teamId: wallet.teamId }),
    );
    for (const list of ["transactions", "deposits"]) {
      const { answer, statements } = await get(`/v1/wallets/${made.id}/${list}`);
      expect([answer.status, statements]).toEqual([200, replicaThenPrimary]);
    }
  });

  test("a cursor of the one goes on at the other", async () => {
    const token = await book(8_765);
    const first = await get(`${statement}?limit=1`, token);
    expect(amountsOf(first.answer)).toEqual([8_765]);
    const cursor = first.answer.page?.next;
    const rest = await get(`${statement}?limit=100&cursor=${cursor}`);
    expect(rest.statements).toEqual(fromReplica);
    const whole = await get(`${statement}?limit=100`, token);
    expect([8_765, ...amountsOf(rest.answer)]).toEqual(amountsOf(whole.answer));
  });

  test("its lag is the age of what it shows, and nothing where it shows all there is", async () => {
    const replica = postgresDatabase({ url: pair.standbyUrl(), connections: 1 });
    onFileEnd(replica.close);
    await book(1);
    await sleep(50);
    expect(await readLag(database, replica)).toBeGreaterThan(0.05);
    await pair.resume();
    await expect.poll(() => readLag(database, replica)).toBe(0);
  });

  test("a token that is not understood is answered by the primary, one that is none refused", async () => {
    for (const token of ["2.zz", "1.0", "1.0.zzzzzzzzzzzzz", "1.0.A", "x"]) {
      const { answer, statements } = await get(statement, token);
      expect([token, answer.status, statements]).toEqual([token, 200, replicaThenPrimary]);
    }
    for (const token of ["", "a b", "x".repeat(65), "é", times(65, () => "1.0.1").join()]) {
      const answer = await api.send("GET", statement, { headers: { [tokenHeader]: token } });
      expect([answer.status, answer.problem.code]).toEqual([400, "malformed_request"]);
      expect(answer.problem.errors[0]?.header).toBe(tokenHeader);
    }
  });
});
