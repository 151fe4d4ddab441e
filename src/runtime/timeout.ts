/** Rings after so long, unless what it answers is called before. */
export type Alarm = (ms: number, ring: () => void) => () => void;

export const onTimer: Alarm = (ms, ring) => {
  const timer = setTimeout(ring, ms);
  return () => clearTimeout(timer);
};

/** The work's outcome, or a rejection after so long; the work goes on all the same. */
export const withTimeout = async <T>(
  work: PromiseLike<T>,
  ms: number,
  alarm: Alarm = onTimer,
): Promise<T> => {
  let quiet = () => {};
  const late = new Promise<never>((_, reject) => {
    quiet = alarm(Math.max(0, ms), () => reject(new Error("no answer in time")));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    quiet();
  }
};
