import { type Family, suffixOf } from "./families.ts";
import type { Sample } from "./lines.ts";
import type { Point } from "./metrics.ts";
import { readCanonical } from "./numbers.ts";
import { broken } from "./rules.ts";

interface Bucket extends Sample {
  readonly le: number;
}

/** The rules on a point of a histogram or a gauge histogram. */
export const checkBuckets = (family: Family, point: Point): void => {
  const having = (suffix: string): Sample[] =>
    point.samples.filter((sample) => suffixOf(family, sample) === suffix);
  const buckets = having("_bucket").map((sample): Bucket => {
    const le = readCanonical(sample.labels["le"] ?? "", sample.place);
    return { ...sample, le };
  });
  const [count] = [...having("_count"), ...having("_gcount")];
  const [sum] = [...having("_sum"), ...having("_gsum")];
  checkOrder(buckets);
  const last = buckets.at(-1);
  if (last?.le !== Number.POSITIVE_INFINITY) throw broken(point.place, "le-infinity");
  if (!count !== !sum) throw broken(point.place, "count-and-sum");
  if (!count || !sum) return;
  if (!isCount(count.value)) throw broken(count.place, "count-value");
  if (count.value !== last.value) throw broken(count.place, "count-infinity");
  const negative = buckets.some(({ le }) => le < 0);
  if (negative && family.type === "histogram") throw broken(sum.place, "sum-negative");
  if (Number.isNaN(sum.value) || (sum.value < 0 && !negative)) throw broken(sum.place, "sum-value");
};

const checkOrder = (buckets: readonly Bucket[]): void => {
  let before: Bucket | undefined;
  for (const bucket of buckets) {
    const { le, value, exemplar, place } = bucket;
    if (before && !(le > before.le)) throw broken(place, "le-order");
    if (!isCount(value)) throw broken(place, "count-value");
    if (before && value < before.value) throw broken(place, "cumulative");
    if (exemplar && !(exemplar.value <= le)) throw broken(place, "exemplar-bucket");
    before = bucket;
  }
};

export const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;
