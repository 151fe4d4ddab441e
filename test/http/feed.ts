import { describe, expect, test } from "vitest";
import { type Client, client, dataOf, refusalOf, type Server, times } from "../support/api.ts";
import { rowsOf } from "../support/dump.ts";
import { newOrganization } from "../support/organization.ts";
import { newPayer } from "../support/payer.ts";
import type { FeedEvent } from "../support/resources.ts";

type Query = Readonly<Record<string, string | number | undefined>>;

const read = async (api: Client, query: Query = {}) => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  const answer = await api.get<FeedEvent[]>(`/v1/events?${search}`);
  return { events: dataOf(answer), next: answer.page?.next ?? undefined };
};

/** Reads on until `count` events are seen: the feed shows nothing of a transaction that is not over. */
const follow = async (api: Client, count: number, query: Query = {}, from?: string) => {
  const seen: FeedEvent[] = [];
  let cursor = from;
  for (const until = Date.now() + 20_000; Date.now() < until && seen.length < count; ) {
    const page = await read(api, { limit: 7, ...query, cursor, wait: 1 });
    seen.push(...page.events);
    cursor = page.next;
  }
  return { seen, cursor };
};

const typesOf = (events: readonly FeedEvent[]) => events.map(({ type }) => type);

/** Each wallet's events in the order of its log, none missing. */
const expectWhole = (events: readonly FeedEvent[]): void => {
  for (const [walletId, own] of Map.groupBy(events, (event) => event.walletId)) {
    expect([walletId, own.map(({ sequence }) => sequence)]).toEqual([
      walletId,
      own.map((_, index) => index + 1),
    ]);
  }
};

/** Requests that write at once are dealt out to `servers` in turn, which share a database. */
export const feedSuite = (servers: readonly [Server, ...Server[]]): void => {
  const [server] = servers;

  describe("the feed", () => {
    test("is every wallet's log, oldest first, page by page; its end is where to go on", async () => {
      const payer = await newPayer(server, 1_000);
      const paid = await payer.pay(100);
      dataOf(await payer.capture(paid));
      const { seen, cursor } = await follow(payer.api, 5, { limit: 2 });
      expect(typesOf(seen)).toEqual([
        "wallet.created",
        "deposit.booked",
        "card.created",
        "authorization.approved",
        "authorization.captured",
      ]);
      expectWhole(seen);
      const [, , , approved] = seen;
      expect(approved).toMatchObject({
        id: `${payer.wallet.id}.4`,
        walletId: payer.wallet.id,
        data: { authorization: paid },
      });
      const end = await read(payer.api, { cursor });
      expect([end.events, typeof end.next]).toEqual([[], "string"]);
      const none = await read(payer.api, { type: "wallet.closed" });
      expect([none.events, typeof none.next]).toEqual([[], "string"]);
      dataOf(await payer.api.post(`/v1/wallets/${payer.wallet.id}/withdrawals`, { amount: 900 }));
      dataOf(await payer.api.post(`/v1/wallets/${payer.wallet.id}/close`, {}));
      const { seen: closed } = await follow(payer.api, 1, { type: "wallet.closed" }, none.next);
      expect(typesOf(closed)).toEqual(["wallet.closed"]);
      const { seen: more } = await follow(payer.api, 2, {}, end.next);
      expect(typesOf(more)).toEqual(["withdrawal.booked", "wallet.closed"]);
    });

    test("shows one type or one wallet when asked, and its cursors keep to that", async () => {
      const payer = await newPayer(server, 1_000);
      const other = await payer.organization.wallet(50);
      await payer.pay(1);
      await payer.pay(5_000);
      await payer.deposit(9);
      const { seen: all } = await follow(payer.api, 8);
      expect(all).toHaveLength(8);
      const only = async (query: Query) =>
        (await follow(payer.api, 1, { limit: 100, ...query })).seen;
      expect(await only({ walletId: other.id })).toEqual(
        all.filter(({ walletId }) => walletId === other.id),
      );
      const deposits = all.filter(({ type }) => type === "deposit.booked");
      expect(deposits).toHaveLength(3);
      expect(await only({ type: "deposit.booked" })).toEqual(deposits);
      expect(await only({ type: "deposit.booked", walletId: other.id })).toHaveLength(1);
      const page = await read(payer.api, { type: "deposit.booked", limit: 1 });
      const rest = await read(payer.api, { type: "deposit.booked", cursor: page.next });
      expect([...page.events, ...rest.events]).toEqual(deposits);
      for (const query of ["", "type=card.created&", `walletId=${other.id}&`]) {
        const wrong = await payer.api.get(`/v1/events?${query}cursor=${page.next}`);
        expect(refusalOf(wrong)).toEqual({
          status: 400,
          code: "malformed_request",
          at: ["cursor"],
        });
      }
      for (const [name, value] of [
        ["wait", "31"],
        ["wait", "-1"],
        ["wait", "1.5"],
        ["limit", "101"],
        ["type", "Deposit"],
        ["cursor", "x"],
        ["skip", "1"],
        ["sort", "desc"],
      ]) {
        const wrong = await payer.api.get(`/v1/events?${name}=${value}`);
        expect(refusalOf(wrong)).toMatchObject({ status: 400, at: [name] });
      }
    });

    test("answers who waits as soon as something happens, and nobody later than asked", async () => {
      const payer = await newPayer(server, 1_000);
      const { cursor } = await follow(payer.api, 3);
      const started = Date.now();
      expect((await read(payer.api, { cursor, wait: 1 })).events).toEqual([]);
      const waited = Date.now() - started;
      expect(waited).toBeGreaterThan(900);
      expect(waited).toBeLessThan(4_000);
      const asked = Date.now();
      const waiting = read(payer.api, { cursor, wait: 20 });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await payer.pay(10);
      expect(typesOf((await waiting).events)).toEqual(["authorization.approved"]);
      expect(Date.now() - asked).toBeLessThan(10_000);
    });

    test("skips nothing and repeats nothing while 8 writers commit at once", async () => {
      const organization = await newOrganization(server);
      const userId = await organization.make("users");
      const wallets = await Promise.all(times(8, () => organization.wallet(1_000, { userId })));
      const written = async () => {
        const rows = await rowsOf(
          server,
          "select count(*)::int as n from wallets.wallet_events where organization_id = $1::uuid",
          organization.id,
        );
        return Number(rows[0]?.["n"]);
      };
      let writing = true;
      const reading = (async () => {
        const seen: FeedEvent[] = [];
        let cursor: string | undefined;
        // Until the writers are done and a page after that is empty.
        for (let ended = false; ; ) {
          const page = await read(organization.api, { cursor, limit: 100 });
          seen.push(...page.events);
          cursor = page.next;
          if (page.events.length === 0 && ended && seen.length >= (await written())) return seen;
          ended = !writing;
        }
      })();
      const write = async (writer: number) => {
        const api = client(servers[writer % servers.length] ?? server, organization.apiKey);
        for (const round of times(25, (index) => index)) {
          const own = wallets[writer];
          const next = wallets[(writer + round) % 8];
          const sends = round % 3 === 0 && own?.id !== next?.id;
          dataOf(
            sends
              ? await api.post("/v1/transfers", {
                  fromWalletId: own?.id,
                  toWalletId: next?.id,
                  amount: 1,
                })
              : await api.post(`/v1/wallets/${own?.id}/deposits`, { amount: 1 }),
          );
        }
      };
      await Promise.all(times(8, write));
      writing = false;
      const seen = await reading;
      const rows = await rowsOf(
        server,
        `select wallet_id || '.' || sequence as id from wallets.wallet_events
        where organization_id = $1::uuid order by transaction_id, position`,
        organization.id,
      );
      expect(seen.length).toBeGreaterThan(200);
      expect(seen.map(({ id }) => id)).toEqual(rows.map((row) => row["id"]));
      expectWhole(seen);
    });

    test("has what every act of a payment did, as it was answered", async () => {
      const payer = await newPayer(server, 1_000);
      const { cursor } = await follow(payer.api, 3);
      const paid = await payer.pay(500);
      const answers = [
        await payer.increment(paid, 100),
        await payer.increment(paid, 5_000),
        await payer.capture(paid, { amount: 200, final: false }),
        await payer.reverse(paid, { amount: 100 }),
        await payer.refund({ authorizationId: paid.id, amount: 50 }),
        await payer.force(70),
        await payer.refund({ cardId: payer.card.id, amount: 20 }),
      ].map(dataOf);
      const { seen } = await follow(payer.api, 8, {}, cursor);
      const [, ...acts] = seen;
      const named = [
        "increment",
        "increment",
        "capture",
        "reversal",
        "refund",
        "capture",
        "refund",
      ];
      expect(acts).toHaveLength(named.length);
      for (const [index, { data }] of acts.entries()) {
        const { authorization, ...act } = answers[index] ?? {};
        expect(data[named[index] ?? ""]).toEqual(act);
        expect(data["authorization"] ?? null).toEqual(authorization);
      }
      expect(typesOf(seen)).toEqual([
        "authorization.approved",
        "authorization.incremented",
        "authorization.increment_declined",
        "authorization.captured",
        "authorization.reversed",
        "authorization.refunded",
        "authorization.forced",
        "refund.booked",
      ]);
    });
  });
};
