import { describe, expect, test } from "vitest";
import { MemoryLane, numbered, outcome } from "../../../../test/support/memory-lane.ts";
import { turn, turns } from "../../../../test/support/turn.ts";
import {
  authorizing,
  creatingCard,
  depositing,
  newId,
  transferring,
  withdrawing,
} from "../../../../test/support/wallet-states.ts";

/** A lane pauses for a share of the longest pause, which is the same for all that collided. */
const jittered = (longest: number): number => longest * 0.9;

/** A gate that what waits for it passes when the test opens it. */
const gate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
};

describe("a lane that works", () => {
  test("reads what it does not know once, and remembers what it wrote", async () => {
    const world = new MemoryLane();
    const wallet = world.wallet({ available: 0n });
    for (const amount of [1, 2, 3]) {
      expect(outcome(await world.submit(depositing(wallet, amount)))).toBe("ok");
    }
    expect(world.available(wallet)).toBe(6);
    expect(world.loads.map((refs) => refs.map(({ id }) => id))).toEqual([[wallet.id]]);
    expect(world.seen("lookup")).toEqual([
      { kind: "lookup", outcome: "miss", jobs: 1 },
      { kind: "lookup", outcome: "hit", jobs: 1 },
      { kind: "lookup", outcome: "hit", jobs: 1 },
    ]);
    await turn();
    expect(world.lane.load).toMatchObject({ waiting: 0, commits: 0 });
    expect(world.lane.load.cacheBytes).toBeGreaterThan(0);
  });

  test("commits what arrives in one turn together, and what arrives meanwhile next", async () => {
    const world = new MemoryLane();
    const wallet = world.wallet({ available: 0n });
    const first = [1, 2].map((amount) => world.submit(depositing(wallet, amount)));
    const held = gate();
    world.onCommit = async (really) => {
      world.onCommit = (answer) => answer();
      await held.opened;
      return really();
    };
    await turns(3);
    expect(world.lane.load).toMatchObject({ waiting: 0, commits: 1 });
    const later = [3, 4, 5].map((amount) => world.submit(depositing(wallet, amount)));
    await turn();
    expect(world.lane.load).toMatchObject({ waiting: 3, commits: 1 });
    held.open();
    const results = await Promise.all([...first, ...later]);
    expect(results.map(outcome)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
    expect(world.commits).toHaveLength(2);
    expect(world.available(wallet)).toBe(15);
    expect(world.seen("commit").map(({ jobs }) => jobs)).toEqual([2, 3]);
  });

  test("forgets payments of a wallet that always has its next commit under way", async () => {
    const cacheBytes = 60_000;
    const world = new MemoryLane({ cacheBytes });
    const wallet = world.wallet({ available: 1_000n });
    const card = world.card(wallet);
    world.onCommit = async (really) => {
      await turns(3);
      return really();
    };
    let left = 200;
    // Whoever is answered pays again at once: while one is committed the other waits.
    const customer = async (after: number): Promise<void> => {
      await turns(after);
      while (left-- > 0) expect(outcome(await world.submit(authorizing(card, 1)))).toBe("ok");
    };
    await Promise.all([customer(0), customer(2)]);
    expect(world.seen("commit").length).toBeGreaterThan(40);
    const most = Math.max(...world.seen("state").map((state) => state.cacheBytes));
    expect(most).toBeGreaterThan(cacheBytes / 3);
    expect(most).toBeLessThan((cacheBytes * 2) / 3);
  });

  test("tells how long jobs waited and commits took, and what it has to do", async () => {
    const world = new MemoryLane();
    const wallet = world.wallet();
    world.onLoad = (really) => {
      world.now += 30;
      return really();
    };
    world.onCommit = (really) => {
      world.now += 12;
      return really();
    };
    await world.submit(depositing(wallet, 1));
    expect(world.seen("wait")).toEqual([{ kind: "wait", ms: 30 }]);
    expect(world.seen("commit")).toEqual([{ kind: "commit", jobs: 1, ms: 12 }]);
    await turn();
    expect(world.seen("state").at(-1)).toEqual({
      kind: "state",
      waiting: 0,
      cacheBytes: world.lane.load.cacheBytes,
      clockOffsetMs: 0,
    });
  });

  test("tells what a job went through, with failures, if it asks", async () => {
    const world = new MemoryLane();
    const wallet = world.wallet();
    world.onCommit = () => {
      world.onCommit = (really) => really();
      world.now += 5;
      return { kind: "rejected", retry: "yes", cause: new Error("deadlock") };
    };
    const job = { ...world.job(depositing(wallet, 1)), tellSteps: true };
    const { steps } = await world.lane.submit(job);
    expect(steps?.map(({ kind, failure }) => [kind, failure])).toEqual([
      ["wait", undefined],
      ["load", undefined],
      ["wait", undefined],
      ["commit", "rejected"],
      ["wait", undefined],
      // What a commit may have changed is not believed any more.
      ["load", undefined],
      ["wait", undefined],
      ["commit", undefined],
    ]);
    expect(steps?.[3]).toMatchObject({ ms: 5, jobs: 1 });
    expect(await world.submit(depositing(wallet, 1))).not.toHaveProperty("steps");
  });

  test("asks for what is not there, and refuses it", async () => {
    const world = new MemoryLane();
    const gone = { id: newId() };
    expect(outcome(await world.submit(depositing(gone, 1)))).toBe("not_found");
    expect(world.commits).toEqual([]);
    expect(world.lane.load.waiting).toBe(0);
  });

  test("does the same command, sent twice at once, once", async () => {
    const world = new MemoryLane();
    const wallet = world.wallet({ available: 0n });
    const command = depositing(wallet, 5);
    const key = { key: "client:one", fingerprint: "print" };
    const [one, again, other] = await Promise.all([
      world.submit(command, key),
      world.submit({ ...command, id: newId() }, key),
      world.submit(command, { ...key, fingerprint: "another" }),
    ]);
    expect(one?.ok).toBe(true);
    expect(again).toEqual({ ...one, replayed: true });
    expect(other && outcome(other)).toBe("idempotency_key_reused");
    expect(world.available(wallet)).toBe(5);
    expect(world.lane.load.waiting).toBe(0);
    expect(world.commits).toHaveLength(1);
  });
});

describe("a lane that has too much to do", () => {
  test("refuses what is more than it may let wait, and does the rest", async () => {
    const world = new MemoryLane({ maxQueue: 2 });
    const wallet = world.wallet({ available: 0n });
    const jobs = [1, 1, 1].map((amount) => world.submit(depositing(wallet, amount)));
    expect((await Promise.all(jobs)).map(outcome)).toEqual(["ok", "ok", "overloaded"]);
    expect(world.available(wallet)).toBe(2);
    expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("ok");
  });

  test("lets a burst wait, and keeps a queue short that was long for a while", async () => {
    const world = new MemoryLane({ maxQueue: 4, lastingQueue: 2, burstMs: 0 });
    const wallet = world.wallet({ available: 0n });
    const jobs = [1, 1, 1].map((amount) => world.submit(depositing(wallet, amount)));
    expect((await Promise.all(jobs)).map(outcome)).toEqual(["ok", "ok", "overloaded"]);
    const bursting = new MemoryLane({ maxQueue: 4, lastingQueue: 2, burstMs: 10_000 });
    const other = bursting.wallet({ available: 0n });
    const more = [1, 1, 1, 1, 1].map((amount) => bursting.submit(depositing(other, amount)));
    const told = (await Promise.all(more)).map(outcome);
    expect(told).toEqual(["ok", "ok", "ok", "ok", "overloaded"]);
  });

  test("counts those who wait with another for its answer", async () => {
    const world = new MemoryLane({ maxQueue: 2 });
    const wallet = world.wallet({ available: 0n });
    const command = depositing(wallet, 1);
    const same = [1, 2, 3].map(() => world.submit(command, { key: "client:same" }));
    expect((await Promise.all(same)).map(outcome)).toEqual(["ok", "ok", "overloaded"]);
    expect(world.lane.load.waiting).toBe(0);
  });

  test("takes so many into one commit", async () => {
    const world = new MemoryLane({ maxBatch: 2 });
    const wallet = world.wallet({ available: 0n });
    await world.submit(depositing(wallet, 1));
    await Promise.all([1, 2, 3].map((amount) => world.submit(depositing(wallet, amount))));
    expect(world.seen("commit").map(({ jobs }) => jobs)).toEqual([1, 2, 1]);
  });

  test("commits a full batch before the event loop's turn has ended, and no less", async () => {
    const ends: (() => void)[] = [];
    const world = new MemoryLane({ maxBatch: 3 }, (run) => ends.push(run));
    const wallet = world.wallet({ available: 0n });
    const first = world.submit(depositing(wallet, 1));
    for (const end of ends.splice(0)) end();
    await turns(3);
    for (const end of ends.splice(0)) end();
    await first;
    const two = [2, 3].map((amount) => world.submit(depositing(wallet, amount)));
    await turns(3);
    expect(world.seen("commit").map(({ jobs }) => jobs)).toEqual([1]);
    const third = world.submit(depositing(wallet, 4));
    await Promise.all([...two, third]);
    expect(world.seen("commit").map(({ jobs }) => jobs)).toEqual([1, 3]);
    expect(ends).not.toHaveLength(0);
  });

  test("takes fewer while the database takes most of a commit's time", async () => {
    const jobsOfThree = async (executionMs: number) => {
      const world = new MemoryLane({ nearBatch: 2 });
      const wallet = world.wallet({ available: 0n });
      world.onCommit = async (really) => {
        world.now += 40;
        const answer = really();
        return answer.kind === "answered" ? { ...answer, executionMs } : answer;
      };
      for (let round = 0; round < 20; round++) await world.submit(depositing(wallet, 1));
      await Promise.all([1, 2, 3].map((amount) => world.submit(depositing(wallet, amount))));
      return world
        .seen("commit")
        .slice(20)
        .map(({ jobs }) => jobs);
    };
    expect(await jobsOfThree(20)).toEqual([2, 1]);
    expect(await jobsOfThree(2)).toEqual([3]);
  });

  test("reads so much at once, and no more statements than it may", async () => {
    const world = new MemoryLane({ maxBatch: 2, maxLoads: 1 });
    let under = 0;
    let most = 0;
    world.onLoad = async (really) => {
      most = Math.max(most, ++under);
      await turn();
      under -= 1;
      return really();
    };
    const wallets = [1, 2, 3].map(() => world.wallet());
    const results = await Promise.all(wallets.map((wallet) => world.submit(depositing(wallet, 1))));
    expect(results.map(outcome)).toEqual(["ok", "ok", "ok"]);
    expect(world.loads.map(({ length }) => length)).toEqual([2, 1]);
    expect(most).toBe(1);
  });

  test("answers who waited as long as he may without sending anything", async () => {
    const world = new MemoryLane();
    const wallet = world.wallet({ available: 0n });
    await world.submit(depositing(wallet, 1));
    const late = world.submit(depositing(wallet, 1), {}, 0);
    expect(outcome(await late)).toBe("overloaded");
    expect(world.commits).toHaveLength(1);
    expect(outcome(await world.submit(depositing(wallet, 1), {}, 1))).toBe("ok");
    expect(world.lane.load.waiting).toBe(0);
  });

  test("answers who waits for a database that says nothing, as far as it can know", async () => {
    const world = new MemoryLane();
    const wallet = world.wallet();
    await world.submit(depositing(wallet, 1));
    const held = gate();
    world.onCommit = async (really) => {
      await held.opened;
      return really();
    };
    const sent = world.submit(depositing(wallet, 1), {}, 100);
    await turn();
    const queued = world.submit(depositing(wallet, 1), {}, 100);
    await turn();
    world.now += 100;
    // Of what was sent nobody knows; what was not is not done.
    expect(outcome(await sent)).toBe("outcome_unknown");
    expect(outcome(await queued)).toBe("overloaded");
    held.open();
    await turns(5);
    expect(world.lane.load).toMatchObject({ waiting: 0, commits: 0 });
  });
});

describe("commits at once", () => {
  /** The most that were under way, of jobs on wallets of their own, after commits of such a kind. */
  const mostAtOnce = async (ms: number, executionMs: number) => {
    const world = new MemoryLane({ maxCommits: 3, maxBatch: 1 });
    const wallets = [1, 2, 3, 4].map(() => world.wallet());
    let under = 0;
    let most = 0;
    let measured = false;
    world.onCommit = async (really) => {
      most = Math.max(most, ++under);
      if (measured) await turns(3);
      else world.now += ms;
      under -= 1;
      const answer = really();
      return answer.kind === "answered" ? { ...answer, executionMs } : answer;
    };
    for (let round = 0; round < 20; round++) {
      for (const wallet of wallets) await world.submit(depositing(wallet, 1));
    }
    measured = true;
    most = 0;
    await Promise.all(wallets.map((wallet) => world.submit(depositing(wallet, 1))));
    return most;
  };

  test("are several while they wait for the network, over wallets that no other touches", async () => {
    expect(await mostAtOnce(40, 2)).toBe(3);
  });

  test("are one while the database works, or the network is near", async () => {
    expect(await mostAtOnce(40, 20)).toBe(1);
    expect(await mostAtOnce(4, 0)).toBe(1);
  });

  test("are never two of one wallet", async () => {
    const world = new MemoryLane({ maxCommits: 3, maxBatch: 1 });
    const wallet = world.wallet();
    const busy = new Set<string>();
    world.onCommit = async (really, { groups }) => {
      for (const { wallets } of groups) {
        for (const { after } of wallets) {
          expect(busy.has(after.id)).toBe(false);
          busy.add(after.id);
        }
      }
      world.now += 40;
      await turns(2);
      busy.clear();
      return really();
    };
    const jobs = Array.from({ length: 12 }, () => world.submit(depositing(wallet, 1)));
    expect(new Set((await Promise.all(jobs)).map(outcome))).toEqual(new Set(["ok"]));
  });
});

describe("a wallet that another lane owns, or changes", () => {
  test("is not remembered, and its lane is told of a change, not of a refusal", async () => {
    const world = new MemoryLane({ owns: () => false });
    const wallet = world.wallet({ available: 5n });
    await world.submit(depositing(wallet, 1));
    expect(world.told).toEqual([wallet.id]);
    expect(outcome(await world.submit(withdrawing(wallet, 100)))).toBe("insufficient_funds");
    expect(world.told).toEqual([wallet.id]);
    expect(world.loads).toHaveLength(2);
  });

  test("is told of where it is only the receiver of this lane's transfer", async () => {
    const world = new MemoryLane({ owns: (id) => id === mine.id });
    const mine = world.wallet({ available: 9n });
    const theirs = world.wallet();
    await world.submit(transferring(mine, theirs, 4));
    expect(world.told).toEqual([theirs.id]);
    await world.submit(withdrawing(mine, 1));
    expect(world.loads).toHaveLength(1);
  });

  test("is read again after word of a change, but not while this lane's commit is under way", async () => {
    const world = new MemoryLane();
    const wallet = world.wallet();
    await world.submit(depositing(wallet, 1));
    await turn();
    world.lane.forget(wallet.id);
    await world.submit(depositing(wallet, 1));
    expect(world.loads).toHaveLength(2);
    world.onCommit = (really) => {
      world.lane.forget(wallet.id);
      return really();
    };
    await world.submit(depositing(wallet, 1));
    world.onCommit = (really) => really();
    await world.submit(depositing(wallet, 1));
    expect(world.loads).toHaveLength(2);
  });

  test("is decided again on its newest state, at once, and then after pauses that grow", async () => {
    const world = new MemoryLane({ maxAttempts: 6 });
    const wallet = world.wallet({ available: 0n });
    await world.submit(depositing(wallet, 1));
    const change = () => {
      const row = world.database.wallets.get(wallet.id) ?? wallet;
      world.database.wallets.set(wallet.id, { ...row, version: row.version + 1 });
    };
    let foreign = 3;
    world.onCommit = (really) => {
      if (foreign-- > 0) change();
      return really();
    };
    expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("ok");
    expect(world.seen("stale").map(({ jobs }) => jobs)).toEqual([1, 1, 1]);
    expect(world.pauses).toEqual([4, 8].map(jittered));
    expect(world.available(wallet)).toBe(2);
    foreign = 100;
    expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("wallet_busy");
    expect(world.pauses.slice(2)).toEqual([4, 8, 16, 32].map(jittered));
    expect(world.lane.load.waiting).toBe(0);
    foreign = 0;
    expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("ok");
  });
});

describe("a card's number that is taken", () => {
  test("is refused, and the other jobs of its commit are done", async () => {
    const world = new MemoryLane();
    const wallet = world.wallet({ available: 0n });
    expect(outcome(await world.submit(creatingCard(wallet), numbered("one")))).toBe("ok");
    expect(outcome(await world.submit(creatingCard(wallet), numbered("one")))).toBe(
      "card_number_taken",
    );
    const results = await Promise.all([
      world.submit(creatingCard(wallet), numbered("two")),
      world.submit(creatingCard(wallet), numbered("one")),
      world.submit(depositing(wallet, 5)),
    ]);
    expect(results.map(outcome)).toEqual(["ok", "card_number_taken", "ok"]);
    expect(world.available(wallet)).toBe(5);
    expect(world.lane.load.waiting).toBe(0);
  });
});

test("a commit that comes too late for its deadline is not tried again", async () => {
  const world = new MemoryLane();
  const wallet = world.wallet({ available: 0n });
  await world.submit(depositing(wallet, 1));
  world.onCommit = (really) => {
    world.now += 9_000;
    return really();
  };
  expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("overloaded");
  expect([world.available(wallet), world.commits.length]).toEqual([1, 2]);
  expect(world.lane.load.waiting).toBe(0);
});
