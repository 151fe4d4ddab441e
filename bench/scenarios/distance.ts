import postgres from "postgres";
import { Histogram } from "../load/histogram.ts";
import type { Sample } from "../result.ts";
import { startServerProcess } from "../systems/server.ts";
import { slowNetwork } from "../systems/slow-network.ts";
import { compare, comparisonSeconds, ratioOf } from "./compare.ts";
import { type Contender, httpContender } from "./contender.ts";
import { type Context, notInSmoke, type Scenario } from "./scenario.ts";
import { payAcross } from "./workloads.ts";

const roundTripMs = 40;

/** The round trip as it is: the least statement on a warm connection, again and again. */
const roundTrip = (sql: postgres.Sql, { profile }: Context): Contender => ({
  title: "one round trip",
  run: async (): Promise<Sample> => {
    const histogram = new Histogram();
    const statement = () => sql.unsafe("select 1", [], { prepare: true });
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

export const distance: Scenario = {
  id: "distance",
  title: `${roundTripMs} ms between service and database`,
  about:
    `Authorizations over 1,000 wallets on Node, with ${roundTripMs / 2} ms each way between it and ` +
    "PostgreSQL. In round trips: of what the least statement takes through the same network, in the same rounds.",
  profiles: notInSmoke,
  seconds: (profile) => comparisonSeconds(profile, 3),
  run: async (context) => {
    const { session } = context;
    const network = await slowNetwork(session.databaseUrl, roundTripMs / 2);
    const server = await startServerProcess({
      entry: "src/runtime/node.ts",
      env: { ...session.env, DATABASE_URL: network.url },
    });
    const sql = postgres(network.url, { max: 1, fetch_types: false, onnotice: () => {} });
    try {
      const on = async (connections: number) => {
        const title = `Purser on Node, ${connections} ${connections === 1 ? "connection" : "connections"}`;
        const tenant = await session.tenant(`distance ${connections}`);
        return httpContender(context, { title, port: server.port, tenant }, payAcross, connections);
      };
      const [one, many, trip] = await compare(context, [
        await on(1),
        await on(64),
        roundTrip(sql, context),
      ]);
      if (!one || !many || !trip) throw new Error("a contender is missing");
      return {
        measured: [one, many, trip],
        findings: [
          ratioOf(one, trip, "p50", {
            text: `${roundTripMs} ms away, one connection: median, in round trips`,
            target: { atMost: 1.15 },
          }),
          ratioOf(many, trip, "p50", {
            text: `${roundTripMs} ms away, 64 connections over 1,000 wallets: median, in round trips`,
            target: { atMost: 1.6 },
          }),
          ratioOf(
            many,
            trip,
            "p99",
            {
              text: `${roundTripMs} ms away, 64 connections over 1,000 wallets: p99, in round trips`,
              target: { atMost: 3 },
            },
            "p50",
          ),
        ],
        notes: [],
      };
    } finally {
      await sql.end({ timeout: 5 });
      await server.stop();
      await network.close();
    }
  },
};
