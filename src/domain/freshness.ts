/**
 * How much a reader must be able to see: by context, the id of a transaction of its database
 * (`xid8`, in decimal). Who sees all transactions up to that one sees everything that was
 * committed before it began, and itself. Plain data: it crosses service boundaries.
 */
export interface Freshness {
  readonly directory?: string;
  readonly wallets?: string;
}

/** An id that no database ever gets to: only the primary itself is fresh enough. */
export const onlyThePrimary = (2n ** 64n - 1n).toString();

/** What is at least as fresh as both. */
export const fresher = (one: Freshness, other: Freshness): Freshness => {
  const directory = later(one.directory, other.directory);
  const wallets = later(one.wallets, other.wallets);
  return { ...(directory && { directory }), ...(wallets && { wallets }) };
};

const later = (one: string | undefined, other: string | undefined): string | undefined => {
  if (one === undefined || other === undefined) return one ?? other;
  return BigInt(one) > BigInt(other) ? one : other;
};
