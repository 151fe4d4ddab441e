/**
 * The second of two steps of which the first has taken effect. If it fails, whoever asked
 * must not be told that nothing has changed, even where this step was never sent: he
 * repeats what he asked for, and finds the first step done.
 */
export const secondStep = async <T>(step: () => Promise<T>): Promise<T> => {
  try {
    return await step();
  } catch (error) {
    if (error instanceof Error) Object.assign(error, { sent: true });
    throw error;
  }
};
