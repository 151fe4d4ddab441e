import { describe, expect, test } from "vitest";
import { DatabaseRejected, DatabaseUnreachable } from "../../db/database.ts";
import type { Activity } from "../../observability/activity.ts";
import { createRequestScope } from "../request-scope.ts";
import { type Carried, remote } from "./remote.ts";
import { replyOf } from "./reply.ts";
import type { Verbs } from "./verbs.ts";

interface Greeter {
  greet(name: string, times: bigint): Promise<{ readonly greeting: string }>;
  leave(): Promise<void>;
}

const verbs: Verbs<Greeter> = { greet: true, leave: true };

/** A verb as it is carried: as another Worker runs it, copied as it would be on the way. */
const carried = (work: (...args: never[]) => Promise<unknown>) => {
  const scope = createRequestScope();
  return {
    scope,
    verb: async (...args: unknown[]) =>
      structuredClone(
        await replyOf(scope, () => work(...(structuredClone(args) as never[]))),
      ) as never,
  };
};

const greeter = (work: (...args: never[]) => Promise<unknown>, patienceMs?: number) => {
  const over = carried(work);
  const scope = createRequestScope();
  const api = remote("wallets", verbs, { greet: over.verb, leave: over.verb }, scope, patienceMs);
  return { api, scope, over: over.scope };
};

const failureOf = async (work: () => Promise<unknown>): Promise<Error & Record<string, unknown>> =>
  work().then(
    () => Promise.reject(new Error("nothing was thrown")),
    (error) => error,
  );

test("arguments and value arrive as they are", async () => {
  const { api } = greeter(async (name: string, times: bigint) => ({
    greeting: `${name} ${times + 1n}`,
    nothing: undefined,
  }));
  expect(await api.greet("Ada", 2n)).toStrictEqual({ greeting: "Ada 3", nothing: undefined });
});

test("nothing but the interface's verbs can be called", () => {
  const { api } = greeter(async () => undefined);
  expect(Object.keys(api)).toEqual(["greet", "leave"]);
});

test("a verb that is not carried does not compile, nor one that there is not", () => {
  // @ts-expect-error `leave` is missing.
  const missing: Verbs<Greeter> = { greet: true };
  // @ts-expect-error There is no `stay`.
  const surplus: Verbs<Greeter> = { greet: true, leave: true, stay: true };
  // @ts-expect-error A function that does not answer cannot be carried.
  const synchronous: Carried<{ now(): number }> = { now: () => 1 };
  expect([missing, surplus, synchronous]).toHaveLength(3);
});

describe("failures keep what decides the answer", () => {
  test("a database that did not answer: whether it was asked", async () => {
    for (const sent of [true, false]) {
      const { api } = greeter(async () => {
        throw new DatabaseUnreachable("wallets.commit", sent, new Error("4111111111111111"));
      });
      const error = await failureOf(() => api.leave());
      expect(error).toMatchObject({ name: "DatabaseUnreachable", sent });
      expect(JSON.stringify(error) + error.stack).not.toContain("4111111111111111");
    }
  });

  test("a statement that was rejected: PostgreSQL's code", async () => {
    const { api } = greeter(async () => {
      throw new DatabaseRejected("wallets.commit", "53300", "c");
    });
    expect(await failureOf(() => api.leave())).toMatchObject({
      name: "DatabaseRejected",
      sqlState: "53300",
    });
  });

  test("a bug: its class and place, and nothing of its message", async () => {
    const { api } = greeter(async () => {
      throw new RangeError("4111111111111111 is not\n    at (4111111111111111:1:1)");
    });
    const error = await failureOf(() => api.leave());
    expect(error.name).toBe("RangeError");
    expect(error.stack).toMatch(/^RangeError: [a-z ]+\n\s+at .*remote\.test\.ts:\d+:\d+/);
    expect(JSON.stringify(error) + error.stack).not.toContain("4111111111111111");
  });
});

describe("a service that does not answer", () => {
  const lost = (error: Error) =>
    remote<Greeter>(
      "wallets",
      verbs,
      { greet: () => Promise.reject(error), leave: () => Promise.reject(error) },
      createRequestScope(),
    );

  test("may have done what it was asked", async () => {
    const error = await failureOf(() => lost(new Error("Network connection lost.")).leave());
    expect(error).toMatchObject({ name: "ServiceUnreachable", sent: true });
  });

  test("is not waited for without end", async () => {
    const { api } = greeter(() => new Promise(() => {}), 20);
    expect(await failureOf(() => api.leave())).toMatchObject({ name: "ServiceUnreachable" });
  });

  test("is no excuse for what cannot be carried, or is not there", async () => {
    const uncloneable = Object.assign(new Error("x"), { name: "DataCloneError" });
    for (const bug of [new TypeError("no such method"), uncloneable]) {
      expect((await failureOf(() => lost(bug).leave())).name).toBe(bug.name);
    }
  });
});

describe("what a call consisted of is noted with the request that waits for it", () => {
  test.each(["and it answers", "and it fails"])("%s", async (outcome) => {
    const { api, scope, over } = greeter(async () => {
      const act = {
        name: "wallets.commit",
        kind: "statement",
        startedAt: 1,
        durationMs: 2,
      } as const;
      over.current()?.acts.push(act);
      if (outcome === "and it fails") throw new DatabaseRejected("wallets.commit", "57014");
    });
    const activity: Activity = { acts: [] };
    await scope.run(activity, () => api.leave().catch(() => {}));
    expect(activity.acts).toEqual([
      {
        name: "wallets/leave",
        kind: "work",
        startedAt: expect.any(Number),
        durationMs: expect.any(Number),
        within: [{ name: "wallets.commit", kind: "statement", startedAt: 1, durationMs: 2 }],
        ...(outcome === "and it fails" && { failure: "DatabaseRejected" }),
      },
    ]);
  });

  test("two requests at once keep theirs apart", async () => {
    const { api, scope, over } = greeter(async (name: string) => {
      const mine = over.current();
      await new Promise((resolve) => setTimeout(resolve, 5));
      mine?.acts.push({ name, kind: "statement", startedAt: 0, durationMs: 0 });
    });
    const ask = async (name: string) => {
      const activity: Activity = { acts: [] };
      await scope.run(activity, () => api.greet(name, 1n));
      return activity.acts.flatMap(({ within }) => within?.map((act) => act.name));
    };
    expect(await Promise.all([ask("a"), ask("b")])).toEqual([["a"], ["b"]]);
  });
});
