/** Of the statements only: the runtime's `sleep` is not known here. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
