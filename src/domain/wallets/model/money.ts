/**
 * An amount in the minor unit of its currency (cents, yen, fils). State is summed in
 * `bigint`, which cannot round or overflow silently; commands and events are records
 * and carry safe integers, as the wire does.
 */
export type Minor = bigint;

/** 2^53 - 1: the largest amount and balance, because every JSON reader holds it exactly. */
export const maxAmount: Minor = 9_007_199_254_740_991n;

export const minor = (amount: number): Minor => BigInt(amount);

/** The record form of an amount. Out of range is a bug of the rules, never rounded away. */
export const record = (amount: Minor): number => {
  if (amount < 0n || amount > maxAmount) throw new RangeError("amount out of range");
  return Number(amount);
};

export const smallest = (a: Minor, b: Minor): Minor => (a < b ? a : b);
