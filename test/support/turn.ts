/** Ends when all that waits now, but for timers and the network, has had its turn. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const turns = async (count: number): Promise<void> => {
  for (let at = 0; at < count; at++) await turn();
};
