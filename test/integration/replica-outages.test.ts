import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import { postgresDatabase } from "../../src/db/drivers/postgres.ts";
import { createCircuit } from "../../src/db/replica/circuit.ts";
import { guarded, rowsOfGuarded } from "../../src/db/replica/guard.ts";
import { replicaReader } from "../../src/db/replica/reader.ts";
import { createWalletReads } from "../../src/db/wallets/reads.ts";
import { times } from "../support/api.ts";
import { onFileEnd } from "../support/cleanup.ts";
import { feedReader, writeInterleaved } from "../support/feed-load.ts";
import { scrape } from "../support/metrics.ts";
import { sumOf } from "../support/open-metrics.ts";
import { fromPrimary, fromReplica, replicatedApp } from "../support/replicated-app.ts";

const { pair, server, database, statement, get, book } = await replicatedApp();

describe("the feed", () => {
  const primaryReads = createWalletReads(database);
  const onStandby = postgresDatabase({ url: pair.standbyUrl(), connections: 2 });
  onFileEnd(onStandby.close);
  const standbyReads = createWalletReads(database, { read: (one) => onStandby.run(one) });
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
    const open = postgres(pair.primaryUrl, { max: 1, fetch_types: false, onnotice: () => {} });
    try {
      await open`begin`;
      const [of] = await open`select pg_current_xact_id()::text as id`;
      // Something to be written and waited for.
      await open`select pg_logical_emit_message(true, 'test', 'open')`;
      await book(1);
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
      await open.end({ timeout: 1 });
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
      primary: database,
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
  const reads = async (outcome: string): Promise<number> =>
    sumOf(await scrape(server), "purser_replica_reads_total", { outcome });

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
