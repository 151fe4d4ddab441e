import type { Database } from "../../src/db/database.ts";
import { neonDatabase } from "../../src/db/drivers/neon.ts";
import { postgresDatabase } from "../../src/db/drivers/postgres.ts";
import { Histogram } from "../load/histogram.ts";
import type { Sample, ScenarioResult } from "../result.ts";
import { type Server, startServerProcess } from "../systems/server.ts";
import { slowNetwork } from "../systems/slow-network.ts";
import { startWorkers } from "../systems/workers.ts";
import { compare, comparisonSeconds, ratioOf } from "./compare.ts";
import { type Contender, httpContender } from "./contender.ts";
import { type Context, notInSmoke, type Scenario } from "./scenario.ts";
import { payAcross } from "./workloads.ts";

const roundTripMs = 40;

/** A server that is far from its database, and the same way to there for a statement. */
interface Far {
  readonly title: string;
  readonly server: Server;
  readonly database: Database;
}

const targets = { medianOfOne: 1.15, medianOfMany: 1.6, p99OfMany: 3 } as const;

const measure = async (
  context: Context,
  { title, server, database }: Far,
  promised: boolean,
): Promise<Pick<ScenarioResult, "measured" | "findings">> => {
  const on = async (connections: number) => {
    const named = `${title}, ${connections} ${connections === 1 ? "connection" : "connections"}`;
    const tenant = await context.session.tenant(`distance ${named}`);
    const subject = { title: named, port: server.port, tenant };
    return httpContender(context, subject, payAcross, connections);
  };
  const [one, many, trip] = await compare(context, [
    await on(1),
    await on(64),
    roundTrip(`one round trip from ${title}`, database, context),
  ]);
  if (!one || !many || !trip) throw new Error("a contender is missing");
  const claim = (what: string, atMost: number) =>
    promised
      ? { text: `${roundTripMs} ms away, ${what}, in round trips`, target: { atMost } }
      : undefined;
  const across = "64 connections over 1,000 wallets";
  return {
    measured: [one, many, trip],
    findings: [
      ratioOf(one, trip, "p50", claim("one connection: median", targets.medianOfOne)),
      ratioOf(many, trip, "p50", claim(`${across}: median`, targets.medianOfMany)),
      ratioOf(many, trip, "p99", claim(`${across}: p99`, targets.p99OfMany), "p50"),
    ],
  };
};

/** The round trip as it is: the least statement on a warm connection, again and again. */
const roundTrip = (title: string, database: Database, { profile }: Context): Contender => ({
  title,
  run: async (): Promise<Sample> => {
    const histogram = new Histogram();
    const statement = () => database.run({ name: "bench.nothing", text: "select 1", params: [] });
    await statement();
    const started = performance.now();
    while (performance.now() - started < profile.measureMs) {
      const sent = performance.now();
      await statement();
      histogram.record(performance.now() - sent);
    }
    const latency = histogram.summary();
    return {
      perSecond: (latency.count * 1_000) / (performance.now() - started),
      latency,
      outcomes: { good: latency.count },
    };
  },
});

const onNode = async (context: Context) => {
  const { databaseUrl, env } = context.session;
  const network = await slowNetwork(databaseUrl, roundTripMs / 2);
  const server = await startServerProcess({
    entry: "src/runtime/node.ts",
    env: { ...env, DATABASE_URL: network.url },
  });
  const database = postgresDatabase({ url: network.url, connections: 1 });
  try {
    return await measure(context, { title: "Purser on Node", server, database }, true);
  } finally {
    await database.close();
    await server.stop();
    await network.close();
  }
};

const onWorkers = async (context: Context) => {
  const { databaseUrl, env } = context.session;
  const server = await startWorkers({ env, latencyMs: roundTripMs });
  const database = neonDatabase({ url: databaseUrl, endpoint: server.endpoint });
  try {
    return await measure(context, { title: "Purser on workerd", server, database }, false);
  } finally {
    await server.stop();
  }
};

const startSeconds = 5;

export const distance: Scenario = {
  id: "distance",
  title: `${roundTripMs} ms between service and database`,
  about:
    `Authorizations over 1,000 wallets: on Node with ${roundTripMs / 2} ms each way between it and PostgreSQL, ` +
    `on workerd with ${roundTripMs} ms before each answer of Neon's endpoint. In round trips: of what the least ` +
    "statement takes on the same way, in the same rounds.",
  profiles: notInSmoke,
  seconds: (profile) =>
    (profile.name === "full" ? 2 : 1) * comparisonSeconds(profile, 3) + startSeconds,
  run: async (context) => {
    const node = await onNode(context);
    if (context.profile.name !== "full") return { ...node, notes: [] };
    const workers = await onWorkers(context);
    return {
      measured: [...node.measured, ...workers.measured],
      findings: [...node.findings, ...workers.findings],
      notes: [],
    };
  },
};
