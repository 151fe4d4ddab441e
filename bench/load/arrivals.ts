/**
 * When requests are due: at a fixed rate, whatever becomes of earlier ones. A generator
 * that waits for a slow answer before it sends would leave out the requests that would
 * have suffered most; so each keeps the time at which it should have been sent, and its
 * latency counts from there.
 */
export class Arrivals {
  readonly #perSecond: number;
  readonly #start: number;
  readonly #end: number;
  #next = 0;

  constructor(perSecond: number, start: number, end: number) {
    this.#perSecond = perSecond;
    this.#start = start;
    this.#end = end;
  }

  /** The times, up to `now`, at which requests should have been sent; each is told once. */
  due(now: number): number[] {
    const times: number[] = [];
    for (let at = this.#at(this.#next); at <= now && at < this.#end; at = this.#at(this.#next)) {
      times.push(at);
      this.#next += 1;
    }
    return times;
  }

  get isOver(): boolean {
    return this.#at(this.#next) >= this.#end;
  }

  #at(index: number): number {
    return this.#start + (index * 1_000) / this.#perSecond;
  }
}
