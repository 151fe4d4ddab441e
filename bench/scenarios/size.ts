import type { Finding, Measured } from "../result.ts";
import { growLogs } from "../session/bulk-events.ts";
import { openSession, type Session } from "../session/session.ts";
import { startServerProcess } from "../systems/server.ts";
import { compare, comparisonSeconds, ratioOf } from "./compare.ts";
import { type Contender, httpContender, type Subject } from "./contender.ts";
import { type Context, inFull, type Scenario } from "./scenario.ts";
import { listPayments, payAcross, readWallet, type Workload } from "./workloads.ts";

const few = 10_000;
const many = 10_000_000;

/** What loading so many takes, about. */
const loadSeconds = 1_800;

const workloads: readonly (readonly [string, Workload])[] = [
  ["authorizations", payAcross],
  ["reading a wallet", readWallet],
  ["listing a page", listPayments],
];

const count = (events: number): string => events.toLocaleString("en-US");

export const size: Scenario = {
  id: "size",
  title: `${count(many)} events`,
  about:
    `Node on 64 connections over 1,000 wallets that have ${count(many)} events in their logs, ` +
    `with as many postings and payments. Against ${count(few)}. Both are loaded in bulk.`,
  profiles: inFull,
  seconds: (profile) => loadSeconds + workloads.length * comparisonSeconds(profile, 2),
  run: async (context) => {
    const { profile, serverUrl, session: small } = context;
    const large = await openSession(serverUrl, profile.wallets);
    try {
      const measured: Measured[] = [];
      const sizes = [
        [large, many],
        [small, few],
      ] as const;
      const subjects: Subject[] = [];
      for (const [session, events] of sizes) {
        subjects.push(await grown(context, session, events, loadSeconds * (events / (few + many))));
      }
      const findings: Finding[] = [];
      for (const [what, workload] of workloads) {
        const contenders: Contender[] = [];
        for (const subject of subjects) {
          const title = `${what}, ${subject.title}`;
          contenders.push(await httpContender(context, { ...subject, title }, workload, 64));
        }
        const [one, other] = await compare(context, contenders);
        if (!one || !other) throw new Error("a contender is missing");
        measured.push(one, other);
        findings.push(ratioOf(one, other, "perSecond"), ratioOf(one, other, "p99"));
      }
      return { measured, findings, notes: [] };
    } finally {
      await large.close();
    }
  },
};

/** A database with so many events, and Purser on it, started when they are there. */
const grown = async (
  { generator, profile, progress }: Context,
  session: Session,
  events: number,
  seconds: number,
): Promise<Subject> => {
  const tenant = await session.tenant("size");
  const title = `${count(events)} events`;
  // Makes the payments that are copied. Not the one that is measured: it would remember.
  const first = await startServerProcess({ entry: "src/runtime/node.ts", env: session.env });
  await generator.run({
    port: first.port,
    token: tenant.apiKey,
    ...payAcross(tenant),
    each: true,
    connections: 64,
    warmUpMs: 0,
    measureMs: profile.warmUpMs,
  });
  await first.stop();
  let done = 0;
  const walletIds = tenant.wallets.map(({ walletId }) => walletId);
  await growLogs(session.databaseUrl, walletIds, events, (share) => {
    progress.advance((share - done) * seconds, `loading ${title}`);
    done = share;
  });
  const { port } = await session.system("node");
  return { title, port, tenant };
};
