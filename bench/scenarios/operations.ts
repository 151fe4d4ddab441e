import type { Claim, Finding, Measure, Measured } from "../result.ts";
import type { SystemName } from "../systems/systems.ts";
import { compare, comparisonSeconds, ratioOf } from "./compare.ts";
import { httpContender, subjectOf } from "./contender.ts";
import { type Context, everywhere, inFull, notInSmoke, type Scenario } from "./scenario.ts";
import {
  listPayments,
  payAcross,
  payAndCapture,
  payHot,
  payWithKeys,
  readNothing,
  readWallet,
  transferInRings,
  type Workload,
} from "./workloads.ts";

interface Side {
  readonly system: SystemName;
  readonly workload: Workload;
}

/** One system against another. */
const duel = async (
  context: Context,
  of: Side,
  against: Side,
  connections: number,
  title = (name: string) => name,
): Promise<{ readonly of: Measured; readonly against: Measured }> => {
  const contender = async ({ system, workload }: Side) => {
    const subject = await subjectOf(context, system);
    const named = { ...subject, title: title(subject.title) };
    return httpContender(context, named, workload, connections);
  };
  const [one, other] = await compare(context, [await contender(of), await contender(against)]);
  if (!one || !other) throw new Error("a contender is missing");
  return { of: one, against: other };
};

const simple =
  (of: Side, against: Side, claim?: Omit<Claim, "spoiled">): Scenario["run"] =>
  async (context) => {
    const sides = await duel(context, of, against, 256);
    return {
      measured: [sides.of, sides.against],
      findings: [ratioOf(sides.of, sides.against, "perSecond", claim)],
      notes: [],
    };
  };

const usually = "Against the usual way, on 256 connections.";

export const fullLife: Scenario = {
  id: "life",
  title: "A payment's full life: authorized, then captured",
  about: `Two requests one after the other count as one payment. ${usually}`,
  profiles: everywhere,
  seconds: (profile) => comparisonSeconds(profile, 2),
  run: simple(
    { system: "node", workload: payAndCapture },
    { system: "row-locks", workload: payAndCapture },
  ),
};

export const withKeys: Scenario = {
  id: "keys",
  title: "Authorizations with idempotency keys",
  about: `Over 1,000 wallets, each request with a key that no other has, as careful clients send. ${usually}`,
  profiles: inFull,
  seconds: (profile) => comparisonSeconds(profile, 2),
  run: simple(
    { system: "node", workload: payWithKeys },
    { system: "row-locks", workload: payWithKeys },
  ),
};

export const rings: Scenario = {
  id: "rings",
  title: "Transfers in rings",
  about: `From each of 1,000 wallets to the next one, and from the last to the first. ${usually}`,
  profiles: everywhere,
  seconds: (profile) => comparisonSeconds(profile, 2),
  run: simple(
    { system: "node", workload: transferInRings },
    { system: "row-locks", workload: transferInRings },
  ),
};

const nothing: Side = { system: "empty", workload: readNothing };

const emptily =
  "Against a handler that does nothing behind the same framework and middleware, on 256 connections.";

export const reading: Scenario = {
  id: "read",
  title: "Reading a wallet",
  about: `One of 1,000 wallets by its id, from the database. ${emptily}`,
  profiles: everywhere,
  seconds: (profile) => comparisonSeconds(profile, 2),
  run: simple({ system: "node", workload: readWallet }, nothing, {
    text: "Node, reading a wallet, of an empty handler with the same middleware",
    target: { atLeast: 0.6 },
  }),
};

export const listing: Scenario = {
  id: "list",
  title: "Listing a page",
  about: `The twenty newest payments of one of 1,000 wallets. ${emptily}`,
  profiles: everywhere,
  seconds: (profile) => comparisonSeconds(profile, 2) + 4,
  run: async (context) => {
    // So that there is something to list.
    await httpContender(context, await subjectOf(context, "node"), payAcross, 256);
    return simple({ system: "node", workload: listPayments }, nothing)(context);
  },
};

/** 256 have scenarios of their own. */
const counts = { smoke: [1], quick: [1], full: [1, 16, 64] } as const;

export const fewConnections: Scenario = {
  id: "connections",
  title: "Few connections",
  about: "Authorizations over 1,000 wallets on 1, 16 and 64 connections. Against the usual way.",
  profiles: everywhere,
  seconds: (profile) => comparisonSeconds(profile, 2) * counts[profile.name].length,
  run: async (context) => {
    const measured: Measured[] = [];
    const findings: Finding[] = [];
    for (const count of counts[context.profile.name]) {
      const sides = await duel(
        context,
        { system: "node", workload: payAcross },
        { system: "row-locks", workload: payAcross },
        count,
        (name) => `${name}, ${count} ${count === 1 ? "connection" : "connections"}`,
      );
      measured.push(sides.of, sides.against);
      const ratio = (measure: Measure, claim?: Omit<Claim, "spoiled">) =>
        ratioOf(sides.of, sides.against, measure, claim);
      findings.push(
        ratio("perSecond"),
        count === 1
          ? ratio("p50", {
              text: "Node, one connection, median latency against the usual way",
              target: { atMost: 1 },
            })
          : ratio("p50"),
      );
    }
    return { measured, findings, notes: [] };
  },
};

export const onDeno: Scenario = {
  id: "deno",
  title: "Deno",
  about: "Authorizations over 1,000 wallets on 256 connections. Against Node.",
  profiles: inFull,
  seconds: (profile) => comparisonSeconds(profile, 2),
  run: simple({ system: "deno", workload: payAcross }, { system: "node", workload: payAcross }),
};

const withoutLanes =
  "On workerd with Durable Objects and the Neon HTTP driver, 256 connections. Against the same " +
  "Worker without lanes: one statement a payment.";

const onWorkers = (what: string, workload: Workload, times: number): Scenario["run"] =>
  simple(
    { system: "workers", workload },
    { system: "direct", workload },
    {
      text: `workerd, ${what}, 256 connections, against one statement a payment`,
      target: { atLeast: times },
    },
  );

/** What two bundles and their starts take, about. */
const buildSeconds = 15;

export const workersAcross: Scenario = {
  id: "workers",
  title: "Workers: authorizations over 1,000 wallets",
  about: withoutLanes,
  profiles: notInSmoke,
  seconds: (profile) => comparisonSeconds(profile, 2) + buildSeconds,
  run: onWorkers("1,000 wallets", payAcross, 4),
};

export const workersHot: Scenario = {
  id: "workers-hot",
  title: "Workers: authorizations of one hot wallet",
  about: withoutLanes,
  profiles: notInSmoke,
  seconds: (profile) => comparisonSeconds(profile, 2) + (profile.shared ? 0 : buildSeconds),
  run: onWorkers("one hot wallet", payHot, 8),
};
