/** Work that many requests want done at once, and that is done once. */
export interface SharedWork<T> {
  run(work: () => Promise<T>): Promise<T>;
}

/** Lets work outlive the request that began it (`waitUntil`). */
export type Defer = (work: Promise<unknown>) => void;

const defaultPatienceMs = 500;

/**
 * Lets requests wait for work that another one started, but not for ever: on Workers
 * I/O belongs to the request that began it, and when that one is cancelled its promise
 * may never settle. `defer` keeps it alive for those who wait, and whoever has waited long
 * enough starts anew.
 */
export const shareWork = <T>(defer: Defer, patienceMs = defaultPatienceMs): SharedWork<T> => {
  let current: Promise<T> | undefined;

  const start = (work: () => Promise<T>): Promise<T> => {
    const started = work().finally(() => {
      if (current === started) current = undefined;
    });
    current = started;
    // Whoever asked hears of a failure; the runtime only keeps the work alive.
    defer(started.catch(() => undefined));
    return started;
  };

  const run = (work: () => Promise<T>): Promise<T> => {
    const waited = current;
    if (!waited) return start(work);
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        if (current === waited) current = undefined;
        run(work).then(resolve, reject);
      }, patienceMs);
      waited.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  };

  return { run };
};
