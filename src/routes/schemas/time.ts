import * as z from "zod";

/** A time in an answer: ISO 8601, UTC. */
export const time = z.iso.datetime({ offset: false }).describe("ISO 8601, UTC.");

/** A time in a request: any offset, kept as UTC with milliseconds; of years that PostgreSQL and JavaScript write alike. */
export const timeInput = z.iso
  .datetime({ offset: true, abort: true })
  .refine((value) => toUtc(value) !== undefined, "Must be a time of the years 1 to 9999")
  // Runs on values that were refused as well.
  .overwrite((value) => toUtc(value) ?? value)
  .describe("ISO 8601 with an offset or Z.");

const toUtc = (value: string): string | undefined => {
  const time = new Date(value);
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999 ? time.toISOString() : undefined;
};
