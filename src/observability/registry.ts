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
    exemplar: undefined as KeptExemplar | undefined,
  }));
  return {
    inc: (values, by = 1, exemplar) => {
      if (!(by >= 0)) throw new RangeError(`${info.name}: a counter only goes up`);
      const one = series.of(values);
      one.value += by;
      if (exemplar) one.exemplar = keep(exemplar, by, now) ?? one.exemplar;
    },
    snapshot: () => ({
      ...info,
      type: "counter",
      series: series.all(({ value, createdAt, exemplar: kept }, pairs): CounterSeries => {
        const one = { labels: pairs, value, createdAt };
        const exemplar = writeExemplar(kept);
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
    exemplars: new Array<KeptExemplar | undefined>(bounds.length + 1).fill(undefined),
  }));
  return {
    observe: (values, value, exemplar) => {
      const one = series.of(values);
      let bucket = 0;
      while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
      one.counts[bucket] = (one.counts[bucket] ?? 0) + 1;
      one.sum += value;
      if (exemplar) one.exemplars[bucket] = keep(exemplar, value, now) ?? one.exemplars[bucket];
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
        exemplars: exemplars.map(writeExemplar),
      })),
    }),
  };
};

/** Kept as it was given and written out when somebody scrapes: most are replaced before that. */
interface KeptExemplar {
  readonly labels: ExemplarLabels;
  readonly value: number;
  readonly at: number;
}

/** The exemplar as it is kept, unless its labels are too long; the value counts all the same. */
const keep = (labels: ExemplarLabels, value: number, now: Clock): KeptExemplar | undefined =>
  lengthOf(labels) > maxExemplarLength ? undefined : { labels, value, at: now() / 1000 };

const lengthOf = (labels: ExemplarLabels): number => {
  let units = 0;
  for (const name in labels) units += name.length + (labels[name]?.length ?? 0);
  // Code points are what counts, and never more than code units.
  if (units <= maxExemplarLength) return units;
  return Object.entries(labels).reduce(
    (sum, [name, text]) => sum + [...name].length + [...text].length,
    0,
  );
};

const writeExemplar = (kept: KeptExemplar | undefined): Exemplar | null =>
  kept ? { labels: Object.entries(kept.labels), value: kept.value, at: kept.at } : null;

const other = "other";

/**
 * The series of one family by their label values, never more than the label bounds allow:
 * a tree with a level a label, so that a known series is found without making anything.
 */
const createSeries = <Name extends string, Cell>(
  labels: FamilyOptions<Name>["labels"],
  create: () => Cell,
) => {
  const names = Object.keys(labels) as Name[];
  const series: { readonly pairs: LabelPairs; readonly cell: Cell }[] = [];
  const tree: Branch<Cell> = new Map();
  const levels = names.map((name) => createLevel(name, labels[name]));

  const add = (values: Labels<Name>): Cell => {
    const pairs = levels.map(({ name, fold }) => [name, fold(values[name])] as const);
    let branch = tree;
    for (const [, value] of pairs.slice(0, -1)) {
      const next = (branch.get(value) as Branch<Cell> | undefined) ?? new Map();
      branch.set(value, next);
      branch = next;
    }
    const last = pairs.at(-1)?.[1] ?? "";
    const known = branch.get(last) as Leaf<Cell> | undefined;
    if (known) return known.cell;
    const leaf = { cell: create() };
    branch.set(last, leaf);
    series.push({ pairs, cell: leaf.cell });
    return leaf.cell;
  };

  return {
    of: (values: Labels<Name>): Cell => {
      let node: Branch<Cell> | Leaf<Cell> | undefined = tree;
      if (names.length === 0) node = tree.get("");
      for (const name of names) node = (node as Branch<Cell> | undefined)?.get(values[name]);
      return node ? (node as Leaf<Cell>).cell : add(values);
    },
    all: <Series>(read: (cell: Cell, pairs: LabelPairs) => Series): Series[] =>
      series.map(({ cell, pairs }) => read(cell, pairs)),
  };
};

type Branch<Cell> = Map<string, Branch<Cell> | Leaf<Cell>>;

interface Leaf<Cell> {
  readonly cell: Cell;
}

/** One label, and which of its values are told apart. */
const createLevel = <Name extends string>(name: Name, bound: readonly string[] | number) => {
  const kept = new Set(typeof bound === "number" ? [] : bound);
  return {
    name,
    fold: (value: string): string => {
      if (kept.has(value)) return value;
      if (typeof bound !== "number" || kept.size >= bound) return other;
      kept.add(value);
      return value;
    },
  };
};
