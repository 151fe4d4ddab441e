import { good } from "../load/tally.ts";
import type { Finding, Measured, Sample } from "../result.ts";
import { exactly, meanInterval } from "../statistics/interval.ts";
import { inTurn, ratioOf, runSeconds, spoiledBy } from "./compare.ts";
import { httpContender, loadPlan, subjectOf } from "./contender.ts";
import { everywhere, type Scenario } from "./scenario.ts";
import { payAcross } from "./workloads.ts";

/** Of the peak that a closed loop has just shown. */
const rates = { smoke: [2], quick: [0.5, 2], full: [0.25, 0.5, 0.75, 1, 1.5, 2] } as const;

/** More than a lane's queue has places, so that it can fill. */
const openConnections = { smoke: 64, quick: 6_000, full: 6_000 } as const;

/** Of those, open before the first request is due, as a gateway's or a balancer's are. */
const keptConnections = { smoke: 64, quick: 2_000, full: 2_000 } as const;

/** What arrives at a fixed rate is not waited for, so that it takes some time to see any of it. */
const leastMs = 500;

/** A client that was told to come back in a second has not waited longer than that for it. */
const quicklyMs = 1_000;

const refusal = "503 overloaded";

export const overload: Scenario = {
  id: "overload",
  title: "Open loop, up to twice saturation",
  about:
    "Authorizations over 1,000 wallets on Node at fixed arrival rates, in each round as shares of what 256 connections " +
    "have just got in a closed loop. Goodput is what was approved; the rest should be refused, and soon. They arrive on " +
    "2,000 connections that are open already, and on 4,000 more where those are busy; once more, without a promise, by " +
    "clients that come all at once and have to connect first.",
  profiles: everywhere,
  seconds: (profile) => profile.pairs * (rates[profile.name].length + 2) * runSeconds(profile),
  run: async (context) => {
    const { profile, session, generator, progress } = context;
    const subject = await subjectOf(context, "node");
    const closed = await httpContender(context, subject, payAcross, 256);
    const peaks: Sample[] = [];
    const kept = keptConnections[profile.name];
    const open: Arriving[] = [
      ...rates[profile.name].map((rate) => ({ title: `arrivals at ${rate} of it`, rate, kept })),
      { title: "arrivals at 2 of it, not connected yet", rate: 2, kept: 0 },
    ].map((arriving) => ({ ...arriving, samples: [] }));
    for (let round = 0; round < profile.pairs; round++) {
      await session.checkpoint();
      const peak = await closed.run();
      peaks.push(peak);
      progress.advance(runSeconds(profile), `round ${round + 1}: the peak`);
      for (const { title, rate, kept, samples } of inTurn(open, round)) {
        await session.checkpoint();
        const plan = loadPlan(subject, payAcross, openConnections[profile.name], profile);
        const arrivalsPerSecond = rate * peak.perSecond;
        const measureMs = Math.max(leastMs, plan.measureMs);
        samples.push(await generator.run({ ...plan, kept, measureMs, arrivalsPerSecond }));
        progress.advance(runSeconds(profile), `round ${round + 1}: ${title}`);
      }
    }
    const saturated: Measured = { title: "closed loop: the peak", samples: peaks };
    return {
      measured: [saturated, ...open],
      findings: open.flatMap((arriving) =>
        arriving.rate === 2 && arriving.kept > 0
          ? twice(arriving, saturated)
          : [ratioOf(arriving, saturated, "perSecond")],
      ),
      notes: [],
    };
  },
};

interface Arriving extends Measured {
  /** Of the peak. */
  readonly rate: number;
  readonly kept: number;
  readonly samples: Sample[];
}

/** What must hold at twice saturation. */
const twice = (measured: Measured, saturated: Measured): Finding[] => {
  const goodput = ratioOf(measured, saturated, "perSecond");
  const refusals = measured.samples.map((sample) => sample.refusals?.p99 ?? 0);
  const spoiled = spoiledBy(measured, [good, refusal]) ?? ifNone(refusals);
  return [
    {
      ...goodput,
      claim: {
        text: "At twice saturation: goodput, of the peak",
        target: { atLeast: 0.8 },
      },
    },
    {
      title: "at twice saturation: p99 of refusals",
      unit: "ms",
      interval: meanInterval(refusals),
      claim: {
        text: "At twice saturation: all else is refused with 503, p99 of that",
        target: { atMost: quicklyMs },
        ...(spoiled && { spoiled }),
      },
    },
    {
      title: "at twice saturation: outcomes that are not known",
      unit: "of all",
      interval: exactly(unknowns(measured)),
      claim: { text: "At twice saturation: outcomes not known", target: { atMost: 0 } },
    },
  ];
};

/** Where the service never said that it had too much, nothing is known of how soon it would. */
const ifNone = (refusals: readonly number[]): string | undefined =>
  refusals.every((ms) => ms > 0) ? undefined : "nothing was refused";

/** Requests that may or may not have had an effect. */
const unknowns = ({ samples }: Measured): number =>
  samples.reduce(
    (sum, { outcomes }) =>
      sum + (outcomes["503 outcome_unknown"] ?? 0) + (outcomes["no answer"] ?? 0),
    0,
  );
