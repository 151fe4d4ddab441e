/** Buckets of a power of two: no value is told more than 1 in 512 too high. */
const steps = 512;

/** Microseconds from 0 to about a quarter of an hour. */
const magnitudes = 22;

/** Counts durations in bounded memory, whatever there is of them. */
export class Histogram {
  readonly #buckets = new Uint32Array(steps * (magnitudes + 1));
  #count = 0;
  #sum = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  /** Milliseconds. What is too long for the last bucket counts there. */
  record(ms: number): void {
    const us = Math.max(0, ms * 1_000);
    this.#count += 1;
    this.#sum += ms;
    this.#max = Math.max(this.#max, ms);
    const at = Math.min(bucketOf(us), this.#buckets.length - 1);
    this.#buckets[at] = (this.#buckets[at] ?? 0) + 1;
  }

  /** The value in milliseconds that this share (0 to 1) of all does not exceed; 0 of nothing. */
  quantile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (const [at, count] of this.#buckets.entries()) {
      seen += count;
      if (seen >= rank) return Math.min(this.#max, upperBound(at) / 1_000);
    }
    return 0;
  }

  summary(): Latency {
    return {
      count: this.#count,
      mean: this.#count === 0 ? 0 : this.#sum / this.#count,
      p50: this.quantile(0.5),
      p99: this.quantile(0.99),
      p999: this.quantile(0.999),
      max: this.#max,
    };
  }
}

/** Milliseconds. */
export interface Latency {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** The first `steps` buckets are a microsecond wide; then each power of two has `steps` of its own. */
const bucketOf = (us: number): number => {
  if (us < steps) return Math.floor(us);
  const magnitude = Math.floor(Math.log2(us / steps));
  const width = 2 ** magnitude;
  return steps * (magnitude + 1) + Math.floor((us - steps * width) / width);
};

const upperBound = (at: number): number => {
  if (at < steps) return at + 1;
  const magnitude = Math.floor(at / steps) - 1;
  const width = 2 ** magnitude;
  return steps * width + ((at % steps) + 1) * width;
};
