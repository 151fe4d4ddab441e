import { type Family, suffixOf } from "./families.ts";
import type { Labels, Sample } from "./lines.ts";
import { broken, type Place } from "./rules.ts";

/** What a metric is at one time. */
export interface Point {
  readonly timestamp: number | undefined;
  /** By suffix, in the order of the text. */
  readonly samples: readonly Sample[];
  /** The first sample's. */
  readonly place: Place;
}

interface Metric {
  readonly key: string;
  readonly names: string;
  readonly points: Point[];
}

/** The points of a family's metrics, which stand together and in the order of time. */
export const pointsOf = (family: Family): Point[] => {
  const metrics = new Map<string, Metric>();
  let current: Metric | undefined;
  for (const sample of family.samples) {
    const labels = Object.entries(withoutOwn(family, sample));
    const key = keyOf(labels);
    if (key !== current?.key) {
      if (metrics.has(key)) throw broken(sample.place, "metric-interleaved");
      const names = JSON.stringify(labels.map(([name]) => name).sort());
      if (current && current.names !== names) throw broken(sample.place, "label-names");
      current = { key, names, points: [] };
      metrics.set(key, current);
    }
    addTo(current, sample);
  }
  return [...metrics.values()].flatMap(({ points }) => points);
};

const addTo = ({ points }: Metric, sample: Sample): void => {
  const { timestamp, place } = sample;
  const last = points.at(-1);
  if (!last || timestamp !== last.timestamp) {
    if (last && !((timestamp ?? Number.NaN) > (last.timestamp ?? Number.NaN))) {
      throw broken(place, "timestamps");
    }
    points.push({ timestamp, place, samples: [sample] });
    return;
  }
  const same = (other: Sample) =>
    other.name === sample.name &&
    keyOf(Object.entries(other.labels)) === keyOf(Object.entries(sample.labels));
  if (last.samples.some(same)) throw broken(place, "series-twice");
  points[points.length - 1] = { ...last, samples: [...last.samples, sample] };
};

/** A label without a value is as none, and their order says nothing. */
const keyOf = (labels: readonly (readonly [string, string])[]): string =>
  JSON.stringify(labels.filter(([, value]) => value !== "").sort());

/** The labels of the metric, without the one that tells a point's samples apart. */
const withoutOwn = (family: Family, sample: Sample): Labels => {
  const own = ownLabel(family);
  if (!own) return sample.labels;
  const { [own.label]: value, ...rest } = sample.labels;
  const wanted = own.on === suffixOf(family, sample);
  if ((value !== undefined) !== wanted) throw broken(sample.place, own.rule);
  return rest;
};

const ownLabel = ({ name, type }: Family) => {
  switch (type) {
    case "histogram":
    case "gaugehistogram":
      return { label: "le", on: "_bucket", rule: "le-label" } as const;
    case "summary":
      return { label: "quantile", on: "", rule: "quantile-label" } as const;
    case "stateset":
      return { label: name, on: "", rule: "state-label" } as const;
    default:
      return undefined;
  }
};
