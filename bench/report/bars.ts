import type { Bar, Chart, ScenarioResult } from "../result.ts";
import { ratioInterval } from "../statistics/interval.ts";

/**
 * What a scenario's chart shows: what it says itself, else how many successes a second
 * each contender had, of the first one's. Nothing if there is nobody to compare with.
 */
export const chartOf = ({ title, measured, chart }: ScenarioResult): Chart | undefined => {
  if (chart) return chart;
  const [first, ...others] = measured;
  if (!first || others.length === 0) return undefined;
  const bars = measured.map((one): Bar => {
    const ratios = one.samples.map(
      ({ perSecond }, round) => perSecond / (first.samples[round]?.perSecond ?? Number.NaN),
    );
    const { estimate, low, high } = ratioInterval(ratios);
    return { label: one.title, value: estimate, low, high };
  });
  return { title: `${title}: successes a second, of ${first.title}`, bars };
};
