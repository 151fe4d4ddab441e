import * as z from "zod";

/** How many a bulk delete deleted. */
export const deleted = z.object({ deleted: z.int() });
