/** What a registry holds, as plain data: it can cross isolates and be merged. */
export type Snapshot = readonly FamilySnapshot[];

export interface FamilyInfo {
  /** Without `_total`; ends in its unit where it has one. */
  readonly name: string;
  readonly help: string;
  readonly unit?: string;
}

export type FamilySnapshot = FamilyInfo &
  (
    | { readonly type: "counter"; readonly series: readonly CounterSeries[] }
    | {
        readonly type: "gauge";
        /** How isolates' values become one: the sum of their shares unless told. */
        readonly merge?: "sum" | "max";
        readonly series: readonly GaugeSeries[];
      }
    | {
        readonly type: "histogram";
        readonly bounds: readonly number[];
        readonly series: readonly HistogramSeries[];
      }
  );

/** Label names and values, in the order in which the family declares them. */
export type LabelPairs = readonly (readonly [name: string, value: string])[];

export interface CounterSeries {
  readonly labels: LabelPairs;
  readonly value: number;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly exemplar?: Exemplar;
}

export interface GaugeSeries {
  readonly labels: LabelPairs;
  readonly value: number;
}

export interface HistogramSeries {
  readonly labels: LabelPairs;
  /** Per bucket, not cumulated; one more than `bounds` for what exceeds them all. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly createdAt: number;
  readonly exemplars: readonly (Exemplar | null)[];
}

export interface Exemplar {
  readonly labels: LabelPairs;
  readonly value: number;
  /** Seconds since the epoch. */
  readonly at: number;
}

/**
 * One snapshot of what several isolates counted: counters and histograms add up, gauges
 * as their family says. A family's later definition must equal its first.
 */
export const mergeSnapshots = (snapshots: readonly Snapshot[]): Snapshot => {
  const families = new Map<string, FamilySnapshot>();
  for (const family of snapshots.flat()) {
    const merged = families.get(family.name);
    families.set(family.name, merged ? mergeFamilies(merged, family) : family);
  }
  return [...families.values()];
};

const mergeFamilies = (a: FamilySnapshot, b: FamilySnapshot): FamilySnapshot => {
  if (a.type === "counter" && b.type === "counter") {
    return { ...a, series: mergeSeries(a.series, b.series, addCounters) };
  }
  if (a.type === "gauge" && b.type === "gauge") {
    const join = a.merge === "max" ? Math.max : (x: number, y: number) => x + y;
    const add = (x: GaugeSeries, y: GaugeSeries) => ({ ...x, value: join(x.value, y.value) });
    return { ...a, series: mergeSeries(a.series, b.series, add) };
  }
  if (a.type === "histogram" && b.type === "histogram" && `${a.bounds}` === `${b.bounds}`) {
    return { ...a, series: mergeSeries(a.series, b.series, addHistograms) };
  }
  throw new TypeError(`${a.name}: snapshots of two versions cannot be merged`);
};

const addCounters = (a: CounterSeries, b: CounterSeries): CounterSeries => ({
  ...newer(a, b),
  labels: a.labels,
  value: a.value + b.value,
  createdAt: Math.min(a.createdAt, b.createdAt),
});

const newer = (a: CounterSeries, b: CounterSeries): CounterSeries =>
  (b.exemplar?.at ?? 0) > (a.exemplar?.at ?? 0) ? b : a;

const addHistograms = (a: HistogramSeries, b: HistogramSeries): HistogramSeries => ({
  labels: a.labels,
  counts: a.counts.map((count, index) => count + (b.counts[index] ?? 0)),
  sum: a.sum + b.sum,
  createdAt: Math.min(a.createdAt, b.createdAt),
  exemplars: a.exemplars.map((exemplar, index) => {
    const other = b.exemplars[index] ?? null;
    return (other?.at ?? 0) > (exemplar?.at ?? 0) ? other : exemplar;
  }),
});

const mergeSeries = <Series extends { readonly labels: LabelPairs }>(
  a: readonly Series[],
  b: readonly Series[],
  add: (a: Series, b: Series) => Series,
): Series[] => {
  const merged = new Map(a.map((series) => [JSON.stringify(series.labels), series]));
  for (const series of b) {
    const key = JSON.stringify(series.labels);
    const same = merged.get(key);
    merged.set(key, same ? add(same, series) : series);
  }
  return [...merged.values()];
};

/** What stays true of an isolate that is gone: its totals, not its gauges. */
export const foldable = (snapshot: Snapshot): Snapshot =>
  snapshot.filter(({ type }) => type !== "gauge");

/** What was counted since `before`, an earlier snapshot of the same registry. */
export const subtractSnapshot = (snapshot: Snapshot, before: Snapshot): Snapshot => {
  const families = new Map(before.map((family) => [family.name, family]));
  return snapshot.map((family) => {
    const earlier = families.get(family.name);
    if (family.type === "counter" && earlier?.type === "counter") {
      const less = (a: CounterSeries, b: CounterSeries) => ({ ...a, value: a.value - b.value });
      return { ...family, series: subtractSeries(family.series, earlier.series, less) };
    }
    if (family.type === "histogram" && earlier?.type === "histogram") {
      const less = (a: HistogramSeries, b: HistogramSeries) => ({
        ...a,
        counts: a.counts.map((count, bucket) => count - (b.counts[bucket] ?? 0)),
        sum: a.sum - b.sum,
      });
      return { ...family, series: subtractSeries(family.series, earlier.series, less) };
    }
    return family;
  });
};

const subtractSeries = <Series extends { readonly labels: LabelPairs }>(
  series: readonly Series[],
  before: readonly Series[],
  less: (a: Series, b: Series) => Series,
): Series[] => {
  const earlier = new Map(before.map((one) => [JSON.stringify(one.labels), one]));
  return series.map((one) => {
    const was = earlier.get(JSON.stringify(one.labels));
    return was ? less(one, was) : one;
  });
};
