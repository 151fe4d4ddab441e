import type {
  CounterSeries,
  Exemplar,
  FamilyInfo,
  FamilySnapshot,
  LabelPairs,
} from "./snapshot.ts";

/** The values of a family's labels. */
export type Labels<Name extends string> = Readonly<Record<Name, string>>;

export interface FamilyOptions<Name extends string> extends FamilyInfo {
  /**
   * Each label with the values it may have (others fold into `other`), or the
   * number of different ones that are kept: the cardinality is bounded either way.
   */
  readonly labels: Readonly<Record<Name, readonly string[] | number>>;
}

export interface Counter<Name extends string> {
  inc(labels: Labels<Name>, by?: number, exemplar?: ExemplarLabels): void;
  snapshot(): FamilySnapshot;
}

export interface Gauge<Name extends string> {
  set(labels: Labels<Name>, value: number): void;
  add(labels: Labels<Name>, by: number): void;
  snapshot(): FamilySnapshot;
}

export interface Histogram<Name extends string> {
  observe(labels: Labels<Name>, value: number, exemplar?: ExemplarLabels): void;
  snapshot(): FamilySnapshot;
}

export type ExemplarLabels = Readonly<Record<string, string>>;
export type Clock = () => number;

/** OpenMetrics: the names and values of an exemplar's labels have at most 128 characters together. */
const maxExemplarLength = 128;

export const counter = <Name extends string>(
  { labels, ...info }: FamilyOptions<Name>,
  now: Clock,
): Counter<Name> => {
  const series = createSeries(labels, () => ({
    value: 0,
    createdAt: now() / 1000,
    exemplar: undefined as Exemplar | undefined,
  }));
  return {
    inc: (values, by = 1, exemplar) => {
      if (!(by >= 0)) throw new RangeError(`${info.name}: a counter only goes up`);
      const one = series.of(values);
      one.value += by;
      if (exemplar) one.exemplar = toExemplar(exemplar, by, now) ?? one.exemplar;
    },
    snapshot: () => ({
      ...info,
      type: "counter",
      series: series.all(({ value, createdAt, exemplar }, pairs): CounterSeries => {
        const one = { labels: pairs, value, createdAt };
        return exemplar ? { ...one, exemplar } : one;
      }),
    }),
  };
};

export const gauge = <Name extends string>({
  labels,
  ...info
}: FamilyOptions<Name> & { readonly merge?: "sum" | "max" }): Gauge<Name> => {
  const series = createSeries(labels, () => ({ value: 0 }));
  return {
    set: (values, value) => {
      series.of(values).value = value;
    },
    add: (values, by) => {
      series.of(values).value += by;
    },
    snapshot: () => ({
      ...info,
      type: "gauge",
      series: series.all(({ value }, pairs) => ({ labels: pairs, value })),
    }),
  };
};

export const histogram = <Name extends string>(
  { labels, bounds, ...info }: FamilyOptions<Name> & { readonly bounds: readonly number[] },
  now: Clock,
): Histogram<Name> => {
  const series = createSeries(labels, () => ({
    counts: new Array<number>(bounds.length + 1).fill(0),
    sum: 0,
    createdAt: now() / 1000,
    exemplars: new Array<Exemplar | null>(bounds.length + 1).fill(null),
  }));
  return {
    observe: (values, value, exemplar) => {
      const one = series.of(values);
      const found = bounds.findIndex((bound) => value <= bound);
      const bucket = found < 0 ? bounds.length : found;
      one.counts[bucket] = (one.counts[bucket] ?? 0) + 1;
      one.sum += value;
      const example = exemplar && toExemplar(exemplar, value, now);
      if (example) one.exemplars[bucket] = example;
    },
    snapshot: () => ({
      ...info,
      type: "histogram",
      bounds,
      series: series.all(({ counts, sum, createdAt, exemplars }, pairs) => ({
        labels: pairs,
        counts: [...counts],
        sum,
        createdAt,
        exemplars: [...exemplars],
      })),
    }),
  };
};

const toExemplar = (labels: ExemplarLabels, value: number, now: Clock): Exemplar | undefined => {
  const pairs = Object.entries(labels);
  const length = pairs.reduce((sum, [name, text]) => sum + [...name].length + [...text].length, 0);
  return length > maxExemplarLength ? undefined : { labels: pairs, value, at: now() / 1000 };
};

const other = "other";

/** The series of one family by their label values, never more than the label bounds allow. */
const createSeries = <Name extends string, Cell>(
  labels: FamilyOptions<Name>["labels"],
  create: () => Cell,
) => {
  const names = Object.keys(labels) as Name[];
  const cells = new Map<string, { readonly pairs: LabelPairs; readonly cell: Cell }>();
  const seen = new Map(names.map((name) => [name, new Set<string>()]));

  const fold = (name: Name, value: string): string => {
    const bound = labels[name];
    if (typeof bound !== "number") return bound.includes(value) ? value : other;
    const values = seen.get(name) ?? new Set();
    if (values.has(value)) return value;
    if (values.size >= bound) return other;
    values.add(value);
    return value;
  };

  return {
    of: (values: Labels<Name>): Cell => {
      const pairs = names.map((name) => [name, fold(name, values[name])] as const);
      const key = JSON.stringify(pairs);
      const known = cells.get(key);
      if (known) return known.cell;
      const cell = create();
      cells.set(key, { pairs, cell });
      return cell;
    },
    all: <Series>(read: (cell: Cell, pairs: LabelPairs) => Series): Series[] =>
      [...cells.values()].map(({ cell, pairs }) => read(cell, pairs)),
  };
};
