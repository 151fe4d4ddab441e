/**
 * A seeded generator (small fast counting, 128 bits of state). Everything that chance
 * decides in a simulation comes from one seed. `fork` gives every part its own stream under
 * a name, so that leaving one part out does not change what the others do.
 */
export class Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    this.#seed = seed;
    let a = 0x811c9dc5;
    let b = 0x9e3779b9;
    for (let at = 0; at < seed.length; at++) {
      const code = seed.charCodeAt(at);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13);
    }
    this.#a = a;
    this.#b = b;
    this.#c = a ^ b;
    // The first numbers of seeds that differ little would differ little.
    for (let round = 0; round < 12; round++) this.next();
  }

  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`);
  }

  /** 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 up to, not including, 1. */
  readonly fraction = (): number => this.next() / 2 ** 32;

  /** An integer from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const found = items[Math.floor(this.fraction() * items.length)];
    if (found === undefined) throw new Error("there is nothing to pick from");
    return found;
  }

  /** Picks by weight; a weight of zero is never picked. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    let left = this.fraction() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    return this.pick(choices.map(([, choice]) => choice));
  }

  /** How long something takes that is mostly short: exponential, around `mean`. */
  delay(mean: number): number {
    return -Math.log(1 - this.fraction()) * mean;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.next() & 0xff);
  }
}
