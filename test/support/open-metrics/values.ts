import { checkBuckets, isCount } from "./buckets.ts";
import { type Family, suffixOf } from "./families.ts";
import type { FamilyType, Sample } from "./lines.ts";
import type { Point } from "./metrics.ts";
import { readCanonical } from "./numbers.ts";
import { broken } from "./rules.ts";

/** Seconds have ten digits from 2001 to 2286: what has more or fewer is counted in something else. */
const earliest = 1e9;
const latest = 1e10;

/** The rules on the values of a point, by the type of its family; `takenAt` in seconds. */
export const checkPoint = (family: Family, point: Point, takenAt: number): void => {
  for (const sample of point.samples) {
    const suffix = suffixOf(family, sample);
    if (sample.exemplar && !mayHaveExemplar(family, suffix)) {
      throw broken(sample.place, "exemplar-place");
    }
    if (suffix === "_created") checkCreated(sample, Math.min(takenAt, point.timestamp ?? takenAt));
  }
  checks[family.type]?.(family, point);
};

const mayHaveExemplar = ({ type }: Family, suffix: string): boolean =>
  (type === "counter" && suffix === "_total") || suffix === "_bucket";

const checkCreated = ({ value, place }: Sample, now: number): void => {
  if (!(value >= earliest && value < latest && value <= now)) throw broken(place, "created");
};

const checkCounter = (family: Family, { samples, place }: Point): void => {
  const total = samples.find((sample) => suffixOf(family, sample) === "_total");
  if (!total) throw broken(place, "counter-total");
  if (!(total.value >= 0)) throw broken(total.place, "counter-value");
};

const checkSummary = (family: Family, { samples }: Point): void => {
  for (const { value, labels, place, name } of samples) {
    const quantile = labels["quantile"];
    if (quantile !== undefined) {
      const share = readCanonical(quantile, place);
      if (!(share >= 0 && share <= 1) || value < 0) throw broken(place, "quantile-range");
    }
    if (name === `${family.name}_count` && !isCount(value)) throw broken(place, "count-value");
    if (name === `${family.name}_sum` && !(value >= 0)) throw broken(place, "sum-value");
  }
};

const checkEach = (
  { samples }: Point,
  rule: "info-value" | "state-value",
  holds: (sample: Sample) => boolean,
): void => {
  const wrong = samples.find((sample) => !holds(sample));
  if (wrong) throw broken(wrong.place, rule);
};

const checks: Readonly<Partial<Record<FamilyType, (family: Family, point: Point) => void>>> = {
  counter: checkCounter,
  info: (_, point) => checkEach(point, "info-value", ({ value }) => value === 1),
  stateset: (_, point) =>
    checkEach(point, "state-value", ({ value }) => value === 0 || value === 1),
  summary: checkSummary,
  histogram: checkBuckets,
  gaugehistogram: checkBuckets,
};
