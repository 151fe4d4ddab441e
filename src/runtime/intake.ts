/**
 * Requests that may begin in one turn of the event loop. Fewer and more were slower
 * (docs/decisions/0037).
 */
const atOnce = 64;

/**
 * Where requests wait until all that has arrived in a turn of the event loop was read; then they
 * begin one after the other, so many a turn. A processor that parses sixty requests and then
 * decides sixty payments works faster than one that does both for each in turn. And while
 * thousands come at once, the answers of the database are read between sixty of them and the next
 * sixty, and not when all have begun.
 */
export class Intake {
  readonly #atOnce: number;
  readonly #soon: (run: () => void) => void;
  readonly #waiting: (() => void)[] = [];
  #scheduled = false;

  constructor(most: number = atOnce, soon: (run: () => void) => void = setImmediate) {
    this.#atOnce = most;
    this.#soon = soon;
  }

  /** Ends when the request may begin. */
  enter(): Promise<void> {
    return new Promise((begin) => {
      this.#waiting.push(begin);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#soon(() => {
      this.#scheduled = false;
      const now = this.#waiting.splice(0, this.#atOnce);
      if (this.#waiting.length > 0) this.#schedule();
      for (const begin of now) begin();
    });
  }
}
