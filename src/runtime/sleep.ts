/** Settles after so many milliseconds, on the runtime's own timer. */
export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
