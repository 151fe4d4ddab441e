import * as z from "zod";

const max = Number.MAX_SAFE_INTEGER;

/** Minor units, as an exact integer: 9007199254740993 parses to another number and is refused. */
export const amount = z
  .int("Must be a whole number of minor units, at most 2^53-1")
  .min(1, "Must be at least 1")
  .describe("Minor units of the currency, 1 to 2^53-1.");

/** `-0` is 0; it must not reach text, hashes or fingerprints as anything else. */
export const amountOrZero = z
  .int("Must be a whole number of minor units, at most 2^53-1")
  .min(0, "Must not be negative")
  .overwrite((value) => (value === 0 ? 0 : value))
  .describe("Minor units of the currency, 0 to 2^53-1.");

/** A balance or sum as it is answered. */
export const balance = z.int().min(0).max(max).describe("Minor units of the currency.");
