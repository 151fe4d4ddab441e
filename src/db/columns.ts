import * as z from "zod";

/**
 * Parsers of columns. They take what the drivers give and what `to_jsonb` gives of the
 * same column, so that a stored row is read like a selected one.
 */

/**
 * One of the forms that a column has, by a function that answers `undefined` for others.
 * A union of schemas does the same, and takes longer than all the rest of a row.
 */
const column = <Value>(expected: string, read: (value: unknown) => Value | undefined) =>
  z.unknown().transform((value, context): Value => {
    const result = read(value);
    if (result !== undefined) return result;
    context.issues.push({ code: "custom", message: `Expected ${expected}`, input: value });
    return z.NEVER;
  });

/** A timestamptz(3) as ISO 8601 UTC. */
export const instant = column("an instant", (value) => {
  if (!(value instanceof Date) && typeof value !== "string") return undefined;
  const date = value instanceof Date ? value : new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
});

/** An int8 that its constraint keeps within 2^53 - 1. */
export const safeInteger = column("a safe integer", (value) => {
  if (typeof value !== "number" && !(typeof value === "string" && integerForm.test(value))) {
    return undefined;
  }
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
});

const integerForm = /^-?\d+$/;

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
