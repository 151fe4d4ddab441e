import { z } from "zod";

/** A time in an answer: ISO 8601, UTC. */
export const time = z.iso.datetime({ offset: false }).describe("ISO 8601, UTC.");

/** A time in a request: any offset, kept as UTC with milliseconds. */
export const timeInput = z.iso
  .datetime({ offset: true })
  .refine((value) => !Number.isNaN(Date.parse(value)), "Must be a time that exists")
  .overwrite((value) => new Date(value).toISOString())
  .describe("ISO 8601 with an offset or Z.");
