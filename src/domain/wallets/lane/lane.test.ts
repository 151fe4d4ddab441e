import { expect, test } from "vitest";
import { MemoryDatabase } from "../../../../test/simulation/memory-database.ts";
import { turn } from "../../../../test/support/turn.ts";
import { aWallet, depositing, item, newId, noon } from "../../../../test/support/wallet-states.ts";
import { sha256Hex } from "../../../runtime/sha256.ts";
import type { WalletStore } from "../store.ts";
import type { Job, JobResult } from "./job.ts";
import { Lane } from "./lane.ts";

const laneOn = (store: WalletStore, now: () => number = () => noon): Lane =>
  new Lane({ store, sha256: sha256Hex, now, random: () => 0, sleep: turn });

const depositOf = (organizationId: string, walletId: string, deadline = noon + 8_000): Job => ({
  organizationId,
  requestId: newId(),
  deadline,
  items: [item(depositing({ id: walletId }, 5))],
});

const told = (result: JobResult): string => (result.ok ? "ok" : result.refusal.code);

test.each(["before", "behind"])(
  "a wallet is found though another organization names it in the same moment, %s its own",
  async (place) => {
    const database = new MemoryDatabase(() => noon);
    const wallet = aWallet();
    database.wallets.set(wallet.id, wallet);
    database.logs.set(wallet.id, []);
    const lane = laneOn({
      load: async (refs) => database.load(refs),
      commit: async (batch) => database.commit(batch),
    });
    const own = () => lane.submit(depositOf(wallet.organizationId, wallet.id));
    const foreign = () => lane.submit(depositOf(newId(), wallet.id));
    const inOrder = place === "before" ? [foreign, own] : [own, foreign];
    const answers = await Promise.all(inOrder.map((ask) => ask()));
    expect(answers.map(told)).toEqual(
      place === "before" ? ["not_found", "ok"] : ["ok", "not_found"],
    );
  },
);

test("no statement is waited for longer than ten seconds, however far the clock has leapt", async () => {
  const day = 86_400_000;
  let now = noon;
  const waited: (number | undefined)[] = [];
  const lane = laneOn(
    {
      load: async (_, timeoutMs) => {
        waited.push(timeoutMs);
        now = noon + 10_000;
        await turn();
        return { kind: "unreachable" };
      },
      commit: async () => ({ kind: "unreachable" }),
    },
    () => now,
  );
  // A day behind the edge's when it reads, then right again.
  now = noon - day;
  expect(told(await lane.submit(depositOf(newId(), newId())))).toBe("overloaded");
  expect(waited).toEqual([10_000]);
});

/** A lane that knows `count` wallets, and whose commits are answered by hand. */
const slowLane = async (count: number) => {
  const database = new MemoryDatabase(() => noon);
  const wallets = Array.from({ length: count }, () => aWallet());
  for (const wallet of wallets) {
    database.wallets.set(wallet.id, wallet);
    database.logs.set(wallet.id, []);
  }
  const sent: { readonly jobs: number; readonly answer: () => void }[] = [];
  const lane = laneOn({
    load: async (refs) => database.load(refs),
    commit: async (batch) => {
      await new Promise<void>((answer) => sent.push({ jobs: batch.groups.length, answer }));
      return database.commit(batch);
    },
  });
  const pay = (from: number, to: number) =>
    wallets
      .slice(from, to)
      .map(({ organizationId, id }) => lane.submit(depositOf(organizationId, id)));
  const settle = async () => {
    for (let turns = 0; turns < 5; turns++) await turn();
  };
  const answerAll = async () => {
    for (let done = 0; done < sent.length; done++) {
      sent[done]?.answer();
      await settle();
    }
  };
  const warm = Promise.all(pay(0, count));
  await settle();
  await answerAll();
  await warm;
  sent.length = 0;
  return { pay, sent, settle, answerAll };
};

test("a second commit leaves beside the first, once enough jobs wait on other wallets", async () => {
  const { pay, sent, settle, answerAll } = await slowLane(200);
  const first = pay(0, 10);
  await settle();
  const others = pay(10, 41);
  await settle();
  expect(sent.map(({ jobs }) => jobs)).toEqual([10]);
  others.push(...pay(41, 42));
  await settle();
  expect(sent.map(({ jobs }) => jobs)).toEqual([10, 32]);
  // A third never does while the database is near.
  others.push(...pay(42, 200));
  await settle();
  expect(sent).toHaveLength(2);
  await answerAll();
  expect((await Promise.all([...first, ...others])).map(told)).toEqual(Array(200).fill("ok"));
});

test("jobs on a wallet that is being committed wait, however many they are", async () => {
  const { pay, sent, settle, answerAll } = await slowLane(1);
  const jobs = pay(0, 1);
  await settle();
  for (let more = 0; more < 100; more++) jobs.push(...pay(0, 1));
  await settle();
  expect(sent).toHaveLength(1);
  await answerAll();
  expect((await Promise.all(jobs)).map(told)).toEqual(Array(101).fill("ok"));
  expect(sent).toHaveLength(2);
});

test("who was too late behind another request with his key is told together with that one", async () => {
  let now = noon;
  let reads = 0;
  const wakes: { readonly at: number; readonly wake: () => void }[] = [];
  const lane = new Lane({
    store: {
      load: async () => {
        reads += 1;
        return reads > 2 ? new Promise(() => {}) : { kind: "unreachable" };
      },
      commit: async () => ({ kind: "unreachable" }),
    },
    sha256: sha256Hex,
    now: () => now,
    random: () => 0.99,
    sleep: (ms) => new Promise((wake) => wakes.push({ at: now + ms, wake })),
  });
  const [organizationId, walletId] = [newId(), newId()];
  const answers: string[] = [];
  for (const fingerprint of ["1", "2"]) {
    const job = depositOf(organizationId, walletId, noon + 150);
    const items = job.items.map((one) => ({ ...one, key: "client:a", fingerprint }));
    void lane.submit({ ...job, items }).then((result) => answers.push(told(result)));
  }
  while (now < noon + 200) {
    await turn();
    wakes.sort((a, b) => a.at - b.at);
    const next = wakes.shift();
    now = next?.at ?? Number.POSITIVE_INFINITY;
    next?.wake();
  }
  await turn();
  expect([now - noon, answers]).toEqual([200, ["outcome_unknown", "overloaded"]]);
  // Nothing is read for somebody who has gone.
  expect(reads).toBe(2);
});
