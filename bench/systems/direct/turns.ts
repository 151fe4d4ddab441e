interface Waiter {
  readonly take: (taken: boolean) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * One at a time for each name, in order of asking. Requests of one isolate only: a Worker
 * may wait for another request, but not for ever.
 */
export class Turns {
  readonly #waiting = new Map<string, Waiter[]>();

  /** `false` if the time is over first; then there is nothing to give back. */
  take(name: string, patienceMs: number): Promise<boolean> {
    const others = this.#waiting.get(name);
    if (!others) {
      this.#waiting.set(name, []);
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const giveUp = (): void => {
        others.splice(others.indexOf(waiter), 1);
        resolve(false);
      };
      const waiter: Waiter = {
        take: resolve,
        timer: setTimeout(giveUp, Math.max(0, patienceMs)),
      };
      others.push(waiter);
    });
  }

  giveBack(name: string): void {
    const next = this.#waiting.get(name)?.shift();
    if (!next) {
      this.#waiting.delete(name);
      return;
    }
    clearTimeout(next.timer);
    next.take(true);
  }
}
