import { describe, expect, test } from "vitest";
import { MemoryLane, outcome } from "../../../../test/support/memory-lane.ts";
import { turn, turns } from "../../../../test/support/turn.ts";
import { depositing, newId, withdrawing } from "../../../../test/support/wallet-states.ts";
import type { CommitAnswer, CommitBatch, LoadAnswer } from "../store.ts";

const unreachable = { kind: "unreachable" } as const;
const rejected = (retry: "yes" | "alone" | "no") =>
  ({ kind: "rejected", retry, cause: new Error(`rejected: ${retry}`) }) as const;

/** A lane that knows a wallet with nothing in it. */
const warmLane = async (...[options]: ConstructorParameters<typeof MemoryLane>) => {
  const world = new MemoryLane(options);
  const wallet = world.wallet({ available: 0n });
  await world.submit(depositing(wallet, 1));
  await turn();
  world.observed.length = 0;
  world.loads.length = 0;
  world.commits.length = 0;
  return { world, wallet };
};

/** Answers commits so, one after another; then as the database does. */
const answering = (world: MemoryLane, ...answers: readonly (CommitAnswer | Error)[]) => {
  const rest = [...answers];
  world.onCommit = (really) => {
    const answer = rest.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? really();
  };
};

const jobsOf = ({ groups }: CommitBatch): number =>
  groups.reduce((sum, { events }) => sum + events.length, 0);

describe("a commit that is not answered", () => {
  test("is asked again with the same key, and done once whether or not it took effect", async () => {
    for (const arrives of [true, false]) {
      const { world, wallet } = await warmLane();
      world.onCommit = (really) => {
        world.onCommit = (answer) => answer();
        if (arrives) really();
        return unreachable;
      };
      const result = await world.submit(depositing(wallet, 5));
      expect(outcome(result)).toBe("ok");
      expect(result).not.toHaveProperty("replayed");
      expect(world.available(wallet)).toBe(6);
      expect(world.seen("unknown")).toEqual([{ kind: "unknown", jobs: 1 }]);
      // What is remembered may be wrong now: it is read again.
      expect(world.loads).toHaveLength(1);
      expect(world.lane.load.waiting).toBe(0);
    }
  });

  test("is asked for after pauses that grow to a second, and in the end nobody knows", async () => {
    const { world, wallet } = await warmLane({ maxAttempts: 7 });
    world.onCommit = () => unreachable;
    expect(outcome(await world.submit(depositing(wallet, 5)))).toBe("outcome_unknown");
    const longest = [100, 200, 400, 800, 1_000, 1_000];
    expect(world.pauses).toEqual(longest.map((ms) => ms * 0.9));
    expect(world.commits).toHaveLength(7);
    expect(world.lane.load.waiting).toBe(0);
  });

  test("leaves its job unknown for good, also where a later try is stale, fails or is too late", async () => {
    const { world, wallet } = await warmLane({ maxAttempts: 2 });
    answering(world, unreachable, rejected("yes"));
    expect(outcome(await world.submit(depositing(wallet, 5)))).toBe("outcome_unknown");
    answering(world, unreachable, rejected("no"));
    expect(outcome(await world.submit(depositing(wallet, 5)))).toBe("outcome_unknown");
    answering(world, unreachable, new Error("the driver broke"));
    expect(outcome(await world.submit(depositing(wallet, 5)))).toBe("outcome_unknown");
    world.onCommit = () => {
      world.now += 9_000;
      return unreachable;
    };
    expect(outcome(await world.submit(depositing(wallet, 5)))).toBe("outcome_unknown");
    await turns(5);
    expect(world.lane.load.waiting).toBe(0);
  });
});

describe("a statement that is rejected", () => {
  test("is tried again, together, if that may help", async () => {
    const { world, wallet } = await warmLane();
    answering(world, rejected("yes"));
    const results = await Promise.all([1, 2].map((sum) => world.submit(depositing(wallet, sum))));
    expect(results.map(outcome)).toEqual(["ok", "ok"]);
    expect(world.commits.map(jobsOf)).toEqual([2, 2]);
    expect(world.seen("retry")).toEqual([{ kind: "retry", jobs: 2 }]);
    expect(world.seen("unknown")).toEqual([]);
    expect(world.available(wallet)).toBe(4);
  });

  test("is tried again job by job if they stood in each other's way", async () => {
    const { world, wallet } = await warmLane();
    answering(world, rejected("alone"));
    const sums = [1, 2, 3];
    const results = await Promise.all(sums.map((sum) => world.submit(depositing(wallet, sum))));
    expect(results.map(outcome)).toEqual(["ok", "ok", "ok"]);
    expect(world.commits.map(jobsOf)).toEqual([3, 1, 1, 1]);
    expect(world.available(wallet)).toBe(7);
    // Nothing of that remains: the next ones go together.
    await Promise.all(sums.map((sum) => world.submit(depositing(wallet, sum))));
    expect(world.commits.slice(4).map(jobsOf)).toEqual([3]);
  });

  test("for good fails only the job that is the cause, with the cause", async () => {
    const { world, wallet } = await warmLane();
    const bad = depositing(wallet, 666);
    world.onCommit = (really, { groups }) => {
      const ids = groups.flatMap(({ events }) => events.map(({ dataText }) => dataText));
      return ids.some((text) => text.includes(bad.id)) ? rejected("no") : really();
    };
    const results = await Promise.allSettled([
      world.submit(depositing(wallet, 1)),
      world.submit(bad),
      world.submit(depositing(wallet, 2)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { message: "rejected: no" } });
    expect(world.available(wallet)).toBe(4);
    expect(world.lane.load.waiting).toBe(0);
  });

  test("is a failure of the reading too", async () => {
    const world = new MemoryLane({ maxAttempts: 3 });
    const wallet = world.wallet();
    const answers: LoadAnswer[] = [unreachable, rejected("yes")];
    world.onLoad = (really) => answers.shift() ?? really();
    expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("ok");
    expect(world.loads).toHaveLength(3);
    world.onLoad = () => rejected("no");
    await expect(world.submit(depositing(world.wallet(), 1))).rejects.toThrow("rejected: no");
    expect(world.lane.load.waiting).toBe(0);
  });
});

describe("a bug", () => {
  test("of the store fails who was in its hands, and the lane works on", async () => {
    const { world, wallet } = await warmLane();
    answering(world, new Error("the driver broke"));
    const both = [1, 2].map((sum) => world.submit(depositing(wallet, sum)));
    const results = await Promise.allSettled(both);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(world.lane.load.waiting).toBe(0);
    world.onLoad = () => {
      throw new Error("the driver broke");
    };
    await expect(world.submit(depositing(world.wallet(), 1))).rejects.toThrow("the driver broke");
    expect(world.lane.load.waiting).toBe(0);
    world.onLoad = (really) => really();
    // What was being written when it broke is not believed.
    const loads = world.loads.length;
    expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("ok");
    expect(world.loads).toHaveLength(loads + 1);
    expect(world.available(wallet)).toBe(2);
    await turn();
    expect(world.lane.load).toMatchObject({ waiting: 0, commits: 0 });
  });

  test("of an answer for fewer groups than were sent is not taken for an outcome", async () => {
    const { world, wallet } = await warmLane();
    world.onCommit = (really) => {
      world.onCommit = (answer) => answer();
      const answer = really();
      return answer.kind === "answered" ? { ...answer, outcomes: [] } : answer;
    };
    await expect(world.submit(depositing(wallet, 1))).rejects.toThrow("fewer groups");
    expect(world.lane.load.waiting).toBe(0);
  });

  test("of the rules fails the job that they cannot decide, and none beside it", async () => {
    const { world, wallet } = await warmLane();
    const impossible = { ...depositing(wallet, 1), amount: 0.5 };
    const results = await Promise.allSettled([
      world.submit(depositing(wallet, 1)),
      world.submit(impossible),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(world.available(wallet)).toBe(2);
    expect(world.lane.load.waiting).toBe(0);
    await expect(world.submit(impossible)).rejects.toThrow();
    expect(world.lane.load.waiting).toBe(0);
  });

  test("fails those who wait for the same answer with who caused it", async () => {
    const { world, wallet } = await warmLane();
    answering(world, rejected("no"));
    const command = depositing(wallet, 1);
    const same = [1, 2].map(() => world.submit(command, { key: "client:same" }));
    const results = await Promise.allSettled(same);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(world.lane.load.waiting).toBe(0);
  });
});

describe("a clock that is off", () => {
  test.each([3_000, -3_000])(
    "by %i ms stops the lane from deciding, until it is right",
    async (off) => {
      const world = new MemoryLane();
      const wallet = world.wallet({ available: 0n });
      world.ahead = off;
      expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("overloaded");
      expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("overloaded");
      expect(world.commits).toEqual([]);
      expect(world.lane.load.waiting).toBe(0);
      world.ahead = 0;
      expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("ok");
      // The first job reads; every further one asks for the time alone, until it is right.
      expect(world.loads.map(({ length }) => length)).toEqual([1, 0, 0, 0]);
    },
  );

  test("is noticed by the next answer, and believed no further than the answer was quick", async () => {
    const { world, wallet } = await warmLane();
    world.ahead = -3_000;
    expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("overloaded");
    world.ahead = 1_999;
    expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("ok");
    await turn();
    expect(world.seen("state").at(-1)?.clockOffsetMs).toBe(1_999);
    world.onCommit = (really) => {
      world.now += 5_000;
      const answer = really();
      world.now += 5_000;
      return answer;
    };
    await world.submit(depositing(wallet, 1), {}, 60_000);
    await turn();
    expect(world.seen("state").at(-1)?.clockOffsetMs).toBe(0);
  });

  test("does not hold up who nobody knows the fate of: he is told so", async () => {
    const { world, wallet } = await warmLane();
    world.onCommit = () => {
      world.ahead = 5_000;
      return unreachable;
    };
    expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("outcome_unknown");
  });

  test("while the database says nothing stays off", async () => {
    const world = new MemoryLane();
    const wallet = world.wallet();
    world.ahead = 3_000;
    await world.submit(depositing(wallet, 1));
    world.ahead = 0;
    world.onLoad = () => unreachable;
    expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("overloaded");
    world.onLoad = (really) => really();
    expect(outcome(await world.submit(depositing(wallet, 1)))).toBe("ok");
  });

  test("within its bounds shifts the deadline that the database holds statements to", async () => {
    const { world, wallet } = await warmLane();
    world.ahead = 1_500;
    await world.submit(depositing(wallet, 1), {}, 20_000);
    await world.submit(depositing(wallet, 1), {}, 100);
    expect(world.commits.map(({ deadline }) => deadline - world.now)).toEqual([20_000, 1_600]);
  });
});

test("who was answered that he waited too long is not committed afterwards", async () => {
  const { world, wallet } = await warmLane();
  world.ahead = 3_000;
  await world.submit(depositing(wallet, 1));
  // The clock is asked for first; that takes longer than the job may wait.
  world.onLoad = async (really) => {
    await turns(2);
    world.now += 200;
    world.ahead = 0;
    await turns(4);
    return really();
  };
  const commits = world.commits.length;
  expect(outcome(await world.submit(withdrawing(wallet, 1), {}, 100))).toBe("overloaded");
  await turns(10);
  expect(world.commits).toHaveLength(commits);
  expect(outcome(await world.submit(depositing({ id: newId() }, 1)))).toBe("not_found");
});
