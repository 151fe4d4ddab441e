import * as z from "zod";

/** An empty variable is one that is not set: that is how containers and CI write it. */
export const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema);

/** A part of the whole: 0 to 1, and all of it where nothing is said. */
export const share = z.coerce.number().pipe(z.number().min(0).max(1)).default(1);
