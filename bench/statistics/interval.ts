/** What was measured several times, and where it lies with 95 % confidence. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** How many measurements it comes from. */
  readonly count: number;
}

/**
 * A ratio that was measured in pairs: the geometric mean with Student's interval over the
 * logarithms. Ratios multiply, so of twice and half the middle is one. Each pair ran one
 * right after the other; what slows the machine for a while slows both and cancels out.
 */
export const ratioInterval = (ratios: readonly number[]): Interval => {
  // Of a round in which nothing succeeded nothing can be told.
  if (!ratios.every((ratio) => ratio > 0 && Number.isFinite(ratio))) return unknown(ratios.length);
  const { estimate, low, high, count } = meanInterval(ratios.map(Math.log));
  return { estimate: Math.exp(estimate), low: Math.exp(low), high: Math.exp(high), count };
};

/** The mean with Student's interval. */
export const meanInterval = (values: readonly number[]): Interval => {
  const count = values.length;
  if (count < 2) throw new RangeError("an interval needs two measurements");
  const mean = sum(values) / count;
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (count - 1);
  const half = student95(count - 1) * Math.sqrt(variance / count);
  return { estimate: mean, low: mean - half, high: mean + half, count };
};

const unknown = (count: number): Interval => ({
  estimate: Number.NaN,
  low: Number.NaN,
  high: Number.NaN,
  count,
});

/** What was not measured but counted. */
export const exactly = (value: number): Interval => ({
  estimate: value,
  low: value,
  high: value,
  count: 1,
});

/** The slope of a straight line through points (least squares) with Student's interval. */
export const slopeInterval = (points: readonly (readonly [x: number, y: number])[]): Interval => {
  const count = points.length;
  if (count < 3) throw new RangeError("the interval of a slope needs three points");
  const meanX = sum(points.map(([x]) => x)) / count;
  const meanY = sum(points.map(([, y]) => y)) / count;
  const spread = sum(points.map(([x]) => (x - meanX) ** 2));
  const slope = sum(points.map(([x, y]) => (x - meanX) * (y - meanY))) / spread;
  const rest = sum(points.map(([x, y]) => (y - meanY - slope * (x - meanX)) ** 2));
  const half = student95(count - 2) * Math.sqrt(rest / (count - 2) / spread);
  return { estimate: slope, low: slope - half, high: slope + half, count };
};

/** The middle value, or the mean of the two in the middle. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [below = Number.NaN, above = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? above : (below + above) / 2;
};

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Two-sided 95 % of Student's distribution, by degrees of freedom from 1. */
const table = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];

/** Beyond the table the value for 30, which is a little too wide. */
export const student95 = (degrees: number): number =>
  table[Math.min(degrees, table.length) - 1] ?? Number.NaN;
