import { good } from "../load/tally.ts";
import type { Profile } from "../profile.ts";
import type { Claim, Finding, Measure, Measured, Sample } from "../result.ts";
import { ratioInterval } from "../statistics/interval.ts";
import type { Contender } from "./contender.ts";
import type { Context } from "./scenario.ts";

/** What a checkpoint takes, about. */
const checkpointSeconds = 0.3;

/** One run's planned time, in seconds. */
export const runSeconds = ({ warmUpMs, measureMs }: Profile): number =>
  (warmUpMs + measureMs) / 1_000 + checkpointSeconds;

export const comparisonSeconds = (profile: Profile, contenders: number): number =>
  (profile.pairs + 0.5) * contenders * runSeconds(profile) + 2;

/** Runs all in turn, forwards and backwards (A B B A ...), with a checkpoint before each. */
export const compare = async (
  { profile, session, progress }: Context,
  contenders: readonly Contender[],
): Promise<Measured[]> => {
  const samples = new Map<Contender, Sample[]>(contenders.map((one) => [one, []]));
  for (let round = 0; round < profile.pairs; round++) {
    for (const contender of inTurn(contenders, round)) {
      await session.checkpoint();
      samples.get(contender)?.push(await contender.run());
      progress.advance(runSeconds(profile), `round ${round + 1}: ${contender.title}`);
    }
  }
  return contenders.map((one) => ({ title: one.title, samples: samples.get(one) ?? [] }));
};

/** What drifts while the run lasts is then in no one's favour. */
export const inTurn = <T>(items: readonly T[], round: number): readonly T[] =>
  round % 2 === 0 ? items : items.toReversed();

/** One against another, round by round. */
export const ratioOf = (
  of: Measured,
  against: Measured,
  measure: Measure,
  claim?: Omit<Claim, "spoiled">,
  otherMeasure: Measure = measure,
): Finding => {
  const ratios = of.samples.map((sample, round) => {
    const other = against.samples[round];
    if (!other) throw new Error(`${against.title} has no round ${round + 1}`);
    return measured(sample, measure) / measured(other, otherMeasure);
  });
  const spoiled = spoiledBy(of);
  return {
    title: `${of.title} / ${against.title}`,
    measure: measureNames[measure],
    interval: ratioInterval(ratios),
    ...(claim && { claim: { ...claim, ...(spoiled && { spoiled }) } }),
  };
};

export const measureNames: Readonly<Record<Measure, string>> = {
  perSecond: "per second",
  p50: "median latency",
  p99: "p99 latency",
  p999: "p99.9 latency",
};

const measured = ({ perSecond, latency }: Sample, measure: Measure): number =>
  measure === "perSecond" ? perSecond : latency[measure];

/** What came out that is not what was asked for; where nothing may, a figure is worth nothing. */
export const spoiledBy = (
  { samples }: Measured,
  expected: readonly string[] = [good],
): string | undefined => {
  const counts = new Map<string, number>();
  for (const { outcomes } of samples) {
    for (const [outcome, count] of Object.entries(outcomes)) {
      if (expected.includes(outcome)) continue;
      counts.set(outcome, (counts.get(outcome) ?? 0) + count);
    }
  }
  const said = [...counts].map(([outcome, count]) => `${count} × ${outcome}`);
  return said.length > 0 ? said.join(", ") : undefined;
};
