import * as z from "zod";

/** Success: `{data, meta: {requestId}}`. */
export const dataEnvelope = <Schema extends z.ZodType>(data: Schema) =>
  z.object({ data, meta: z.object({ requestId: z.string() }) });

/** A page of a list: `meta.page.next` is the cursor of the next page, or `null` on the last. */
export const listEnvelope = <Schema extends z.ZodType>(item: Schema) =>
  z.object({
    data: z.array(item),
    meta: z.object({
      requestId: z.string(),
      page: z.object({ limit: z.int().min(1).max(100), next: z.string().nullable() }),
    }),
  });
