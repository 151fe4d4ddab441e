/** How far a clock is from virtual time, in milliseconds. */
export class Skew {
  /** How often it was changed: who measures time must know. */
  leaps = 0;
  #ms: number;

  constructor(ms = 0) {
    this.#ms = ms;
  }

  get ms(): number {
    return this.#ms;
  }

  leap(ms: number): void {
    this.#ms += ms;
    this.leaps += 1;
  }

  right(): void {
    this.leap(-this.#ms);
  }
}
