/**
 * Hands out a fixed number of slots in order of asking. The driver keeps its own
 * queue, rather than postgres.js's, because who still waits here has certainly
 * sent nothing, and because postgres.js would pipeline behind a slow statement.
 */
export interface Slots {
  /** `false` when `deadline` (of `performance.now()`) passed first; then there is nothing to release. */
  acquire(deadline: number): Promise<boolean>;
  release(): void;
}

interface Waiter {
  readonly take: (taken: boolean) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export const createSlots = (count: number): Slots => {
  let free = count;
  // No set: what one has forgotten still hangs on tables that it has outgrown (docs/decisions/0035).
  const waiting: Waiter[] = [];
  return {
    acquire: (deadline) => {
      if (free > 0) {
        free--;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const giveUp = (): void => {
          waiting.splice(waiting.indexOf(waiter), 1);
          resolve(false);
        };
        const timer = setTimeout(giveUp, Math.max(0, deadline - performance.now()));
        const waiter: Waiter = { take: resolve, timer };
        waiting.push(waiter);
      });
    },
    release: () => {
      const next = waiting.shift();
      if (!next) {
        free++;
        return;
      }
      clearTimeout(next.timer);
      next.take(true);
    },
  };
};
