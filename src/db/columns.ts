import * as z from "zod";

/**
 * Parsers of columns. They take what the drivers give and what `to_jsonb` gives of the
 * same column, so that a stored row is read like a selected one.
 */

/** A timestamptz(3) as ISO 8601 UTC. */
export const instant = z
  .union([z.date(), z.string()])
  .transform((value) => new Date(value).toISOString());

/** An int8 that its constraint keeps within 2^53 - 1. */
export const safeInteger = z
  .union([z.string().regex(/^-?\d+$/), z.number()])
  .transform(Number)
  .pipe(z.int());

export const metadata = z.record(z.string(), z.string());

const limit = z
  .object({ amount: z.int().exactOptional(), count: z.int().exactOptional() })
  .nullable();

/** A jsonb of an organization's payment settings. */
export const paymentSettings = z.object({
  holdDays: z.int(),
  travelHoldDays: z.int(),
  captureTolerances: z.array(
    z.object({ categories: z.array(z.string()), percent: z.int(), amount: z.int() }),
  ),
});

/** A jsonb of spending limits: every window is there. */
export const limits = z.object({
  perTransaction: limit,
  day: limit,
  week: limit,
  month: limit,
  year: limit,
  lifetime: limit,
});
