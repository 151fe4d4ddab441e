import * as z from "zod";

/**
 * A line of text for people: trimmed, not blank, at most `max` characters, no control
 * characters (PostgreSQL cannot store NUL), no half of a surrogate pair.
 */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1, "Must not be blank")
    .max(max)
    .refine(isPlainText, "Must not have control characters");

export const isPlainText = (value: string): boolean =>
  value.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(value);
