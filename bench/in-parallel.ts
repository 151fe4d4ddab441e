/** Makes so many, at most some of them at once; in the order in which they are done. */
export const inParallel = async <T>(
  count: number,
  most: number,
  make: () => Promise<T>,
): Promise<T[]> => {
  const made: T[] = [];
  let started = 0;
  const worker = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      made.push(await make());
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
  return made;
};
