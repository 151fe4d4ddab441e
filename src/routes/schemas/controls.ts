import * as z from "zod";
import { countryCode, merchantCategory } from "./merchant.ts";
import { text } from "./text.ts";

/** Long lists belong to a category; a card's state is read with every payment. */
const maxValues = 200;

const listOf = (value: z.ZodType<string>) => {
  const values = z.array(value).min(1).max(maxValues).exactOptional();
  return z
    .strictObject({ allow: values, block: values })
    .refine(
      (list) => list.allow !== undefined || list.block !== undefined,
      "Must allow or block something; use null for no list",
    )
    .nullable();
};

/** In a request: an absent list is unchanged, `null` removes it. */
export const controlsPatch = z
  .strictObject({
    merchants: listOf(text(64)).optional(),
    categories: listOf(merchantCategory).optional(),
    countries: listOf(countryCode).optional(),
  })
  .describe("Where cards may be used: only what is allowed, nothing that is blocked.");

const listView = z
  .object({
    allow: z.array(z.string()).exactOptional(),
    block: z.array(z.string()).exactOptional(),
  })
  .nullable();

export const controlsView = z.object({
  merchants: listView,
  categories: listView,
  countries: listView,
});
