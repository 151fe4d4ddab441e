import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { freshSecrets } from "../../scripts/secrets.ts";
import { postgresDatabase } from "../../src/db/drivers/postgres.ts";
import { createCircuit } from "../../src/db/replica/circuit.ts";
import { guarded, rowsOfGuarded } from "../../src/db/replica/guard.ts";
import { replicaReader } from "../../src/db/replica/reader.ts";
import { createWalletReads } from "../../src/db/wallets/reads.ts";
import { builtAssets } from "../../src/runtime/built-assets.ts";
import { startProcess } from "../../src/runtime/process.ts";
import { type Answer, dataOf, type Server, times } from "../support/api.ts";
import { onFileEnd } from "../support/cleanup.ts";
import { countingProxy } from "../support/counting-proxy.ts";
import { feedReader, writeInterleaved } from "../support/feed-load.ts";
import { newPayer } from "../support/payer.ts";
import { targetOf } from "../support/proxy.ts";
import type { FeedEvent, Identified, Transaction, Wallet } from "../support/resources.ts";
import { startPair } from "../support/standby.ts";

const tokenHeader = "Purser-Consistency-Token";

const pair = await startPair();
const primary = await countingProxy(pair.primaryUrl);
const standby = await countingProxy(pair.standbyUrl(), () => targetOf(pair.standbyUrl()));
const { ADMIN_TOKEN, ...secrets } = freshSecrets();
const { app, close } = startProcess(
  {
    ...secrets,
    ADMIN_TOKEN,
    DATABASE_URL: primary.url,
    DATABASE_READ_URL: standby.url,
    LOG_LEVEL: "silent",
    RATE_LIMIT_PER_SECOND: "100000",
    SWEEP_SECONDS: "3600",
  },
  "node",
  builtAssets(),
);
onFileEnd(close);
const direct = postgresDatabase({ url: pair.primaryUrl, connections: 2 });
onFileEnd(direct.close);
const server: Server = {
  url: "http://127.0.0.1",
  adminToken: ADMIN_TOKEN,
  databaseUrl: pair.primaryUrl,
  fetch: async (request) => app.request(request),
  database: direct,
};

// The first use of a key is looked up and written down: not what is counted here.
const { api, wallet, card, authorize } = await newReader();

async function newReader() {
  const payer = await newPayer(server, 10_000);
  const authorization = await payer.pay(100);
  await payer.api.get("/v1/wallets");
  return { ...payer, authorize: authorization };
}

/** How many statements a request costs on each of the two. */
const counted = async <T>(work: () => Promise<T>) => {
  const before = [primary.count(), standby.count()];
  const answer = await work();
  const [onPrimary = 0, onStandby = 0] = before;
  const statements = {
    primary: primary.count() - onPrimary,
    standby: standby.count() - onStandby,
  };
  return { answer, statements };
};

const get = (path: string, ...tokens: readonly (string | null)[]) =>
  counted(() =>
    api.send("GET", path, tokens.length === 0 ? {} : { headers: { [tokenHeader]: tokens.join() } }),
  );

const tokenOf = (answer: Answer<unknown>): string => {
  expect(answer.status, answer.text).toBeLessThan(300);
  expect(answer.headers.get(tokenHeader)).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
  return answer.headers.get(tokenHeader) as string;
};

const deposit = async (amount: number): Promise<string> =>
  tokenOf(await api.post(`/v1/wallets/${wallet.id}/deposits`, { amount }));

const amountsOf = ({ data }: Answer): number[] =>
  (data as unknown as readonly Transaction[]).map(({ amount }) => amount);

const fromReplica = { primary: 0, standby: 1 };
const fromPrimary = { primary: 1, standby: 0 };
const replicaThenPrimary = { primary: 1, standby: 1 };

const statement = `/v1/wallets/${wallet.id}/transactions`;

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
    const token = await deposit(1);
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
    `/v1/authorizations/${authorize.id}`,
    `/v1/authorizations/${authorize.id}/explanation`,
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
    const token = await deposit(4_321);
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
    await deposit(77);
    const { available } = dataOf(await api.get<Wallet>(`/v1/wallets/${wallet.id}`));
    const at = dataOf(await api.get<Wallet>(`/v1/wallets/${wallet.id}/balance`));
    expect([available, at.available]).toEqual([before + 77, before + 77]);
  });

  test("CSV, reports and the feed keep to the token, too", async () => {
    const token = await deposit(5_432);
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
    const both = await get(statement, "1.0.1", await deposit(7_654));
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
    const token = await deposit(8_765);
    const first = await get(`${statement}?limit=1`, token);
    expect(amountsOf(first.answer)).toEqual([8_765]);
    const cursor = first.answer.page?.next;
    const rest = await get(`${statement}?limit=100&cursor=${cursor}`);
    expect(rest.statements).toEqual(fromReplica);
    const whole = await get(`${statement}?limit=100`, token);
    expect([8_765, ...amountsOf(rest.answer)]).toEqual(amountsOf(whole.answer));
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

describe("the feed", () => {
  const primaryReads = createWalletReads(direct);
  const onStandby = postgresDatabase({ url: pair.standbyUrl(), connections: 2 });
  onFileEnd(onStandby.close);
  const standbyReads = createWalletReads(direct, { read: (one) => onStandby.run(one) });
  const either = () => (Math.random() < 0.5 ? primaryReads : standbyReads);

  test("skips nothing and repeats nothing, wherever each page is read", async () => {
    const organizationId = randomUUID();
    const readers = [() => primaryReads, () => standbyReads, either, either].map((next) =>
      feedReader(organizationId, next),
    );
    let writing = true;
    let total = 0;
    const load = writeInterleaved(pair.primaryUrl, organizationId, { writers: 8, forMs: 3_000 });
    const lag = (async () => {
      for (; writing; await sleep(Math.random() * 100)) {
        await pair.pause();
        await sleep(Math.random() * 150);
        await pair.resume();
      }
    })();
    const reading = readers.map((reader) =>
      reader.follow(
        () => writing,
        () => total,
      ),
    );
    const committed = await load;
    total = committed.size;
    writing = false;
    await Promise.all([lag, ...reading]);
    expect(total).toBeGreaterThan(100);
    for (const { seen } of readers) {
      expect(seen.filter((id) => !committed.has(id))).toEqual([]);
      expect(seen).toHaveLength(new Set(seen).size);
      expect(seen).toHaveLength(total);
    }
  });

  test("a server in recovery knows what is still open only by its snapshot's xmin", async () => {
    const open = await pair.primary.reserve();
    try {
      await open`begin`;
      const [of] = await open`select pg_current_xact_id()::text as id`;
      // Something to be written and waited for.
      await open`select pg_logical_emit_message(true, 'test', 'open')`;
      await deposit(1);
      await pair.untilCaughtUp();
      const [said] = await pair.standby`
        select pg_visible_in_snapshot(${of?.["id"]}::text::xid8, pg_current_snapshot()) as visible`;
      // That it passes for visible is PostgreSQL's own error, and why `guarded` does not ask it.
      expect(said).toEqual({ visible: true });
      const one = { name: "one", text: "select 1 as one", params: [] };
      const ask = async () => rowsOfGuarded(await onStandby.run(guarded(one, String(of?.["id"]))));
      expect(await ask()).toBeNull();
      await open`commit`;
      await pair.untilCaughtUp();
      expect(await ask()).toMatchObject([{ one: 1 }]);
    } finally {
      await open`rollback`;
      open.release();
    }
  });
});

describe("a read that stands in the way of what the standby must apply", () => {
  test("is cancelled there and answered by the primary", async () => {
    const replica = postgresDatabase({ url: pair.standbyUrl(), connections: 1 });
    onFileEnd(replica.close);
    const outcomes: string[] = [];
    const changed: string[] = [];
    const reader = replicaReader({
      primary: direct,
      replica,
      circuit: createCircuit({
        now: () => performance.now(),
        random: Math.random,
        onChange: (state) => changed.push(state),
      }),
      observe: (outcome) => outcomes.push(outcome),
    });
    await pair.standby`alter system set max_standby_streaming_delay = 0`;
    await pair.standby`select pg_reload_conf()`;
    const text = "select count(*)::int as count, pg_sleep(2) from wallets.wallets";
    const reading = reader.read({ name: "slow", text, params: [] }, { patienceMs: 10_000 });
    await sleep(300);
    // The rows as they were are removed, though somebody there may still see them.
    await pair.primary`update wallets.wallets set name = name || '.'`;
    await pair.primary`vacuum wallets.wallets`;
    expect(await reading).toMatchObject([{ count: expect.any(Number) }]);
    expect([outcomes, changed]).toEqual([["rejected"], []]);
  });
});

describe("without its standby", () => {
  const reads = async (outcome: string): Promise<number> => {
    const text = await (await app.request("/metrics")).text();
    const line = new RegExp(`^purser_replica_reads_total\\{outcome="${outcome}"\\} (\\d+)`, "m");
    return Number(line.exec(text)?.[1] ?? 0);
  };

  const untilRead = async (expected: { primary: number; standby: number }): Promise<void> => {
    for (;;) {
      const { statements } = await get(statement);
      if (JSON.stringify(statements) === JSON.stringify(expected)) return;
      await sleep(50);
    }
  };

  test("reads go on from the primary, mostly without asking it, and are back when it is", async () => {
    await pair.killStandby();
    for (const _ of times(20, String)) expect((await get(statement)).answer.status).toBe(200);
    expect(await reads("unreachable")).toBeGreaterThan(0);
    expect(await reads("avoided")).toBeGreaterThan(10);
    await pair.restartStandby();
    await untilRead(fromReplica);
  });

  test("one that hangs costs those who asked it one timeout, and nobody after them", async () => {
    const unreachable = await reads("unreachable");
    pair.freezeStandby(true);
    try {
      const at = await Promise.all(times(3, () => get(statement)));
      expect(at.map(({ answer }) => answer.status)).toEqual([200, 200, 200]);
      expect(await reads("unreachable")).toBe(unreachable + 3);
      const { answer, statements } = await get(statement);
      expect([answer.status, statements]).toEqual([200, fromPrimary]);
    } finally {
      pair.freezeStandby(false);
    }
    await untilRead(fromReplica);
  });
});
