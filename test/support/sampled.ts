/** Everything is tried on one process of Node; elsewhere one in so many, and all with LONG_TESTS=1. */
export const sampled = (every: number): { readonly every: number } => ({
  every: process.env.LONG_TESTS ? 1 : every,
});
