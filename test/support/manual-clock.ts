export interface ManualClock {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Lets time pass; whoever sleeps wakes in order, and does what he does then. */
  pass(ms: number): Promise<void>;
}

/** A clock that stands still until it is told to go on. */
export const manualClock = (): ManualClock => {
  let now = 1_000_000;
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms) => new Promise((wake) => sleepers.push({ until: now + ms, wake })),
    pass: async (ms) => {
      const until = now + ms;
      for (;;) {
        await new Promise(setImmediate);
        const [next] = sleepers.sort((one, two) => one.until - two.until);
        if (!next || next.until > until) break;
        sleepers.shift();
        now = Math.max(now, next.until);
        next.wake();
      }
      now = until;
    },
  };
};
