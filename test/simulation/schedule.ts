/** Something that happens at a virtual moment: one step of a simulation. */
export interface Occurrence {
  readonly at: number;
  readonly order: number;
  /** What happens and to whom, for the trace. */
  readonly what: string;
  readonly run: () => void;
  cancelled: boolean;
}

/**
 * Virtual time: it stands still while code runs and leaps to the next occurrence when
 * nothing is left to do. Occurrences of the same moment happen in the order in which they
 * were planned.
 */
export class Schedule {
  /** Epoch milliseconds. */
  now: number;
  readonly #heap: Occurrence[] = [];
  #order = 0;

  constructor(start: number) {
    this.now = start;
  }

  after(ms: number, what: string, run: () => void): Occurrence {
    const at = this.now + Math.max(0, ms);
    const occurrence = { at, order: this.#order++, what, run, cancelled: false };
    this.#heap.push(occurrence);
    this.#rise(this.#heap.length - 1);
    return occurrence;
  }

  sleep(ms: number, what: string): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, what, resolve);
    });
  }

  /** The next occurrence, at whose moment it then is; none if nothing is planned. */
  next(): Occurrence | undefined {
    for (;;) {
      const [first] = this.#heap;
      const last = this.#heap.pop();
      if (!first || !last) return undefined;
      if (this.#heap.length > 0) {
        this.#heap[0] = last;
        this.#sink();
      }
      if (first.cancelled) continue;
      this.now = first.at;
      return first;
    }
  }

  #rise(from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      [heap[at], heap[parent]] = [heap[parent] as Occurrence, heap[at] as Occurrence];
      at = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.#before(child, least)) least = child;
      }
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least] as Occurrence, heap[at] as Occurrence];
      at = least;
    }
  }

  #before(one: number, other: number): boolean {
    const a = this.#heap[one] as Occurrence;
    const b = this.#heap[other] as Occurrence;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }
}
