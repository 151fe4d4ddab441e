import * as z from "zod";
import { text } from "./text.ts";

/** ISO 18245, as card networks send it. */
export const merchantCategory = z
  .string()
  .regex(/^[0-9A-Z]{4}$/, "Must be a merchant category code: four digits or capital letters")
  .describe("Merchant category code (ISO 18245).");

export const countryCode = z
  .string()
  .regex(/^[A-Z]{2}$/, "Must be a country code: two capital letters")
  .describe("Country (ISO 3166-1 alpha-2).");

/** What the network said of where the card was used; all of it may be missing. */
export const merchant = z.strictObject({
  id: text(64).nullable().optional(),
  name: text(200).nullable().optional(),
  category: merchantCategory.nullable().optional(),
  country: countryCode.nullable().optional(),
});

export const merchantView = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  category: z.string().nullable(),
  country: z.string().nullable(),
});
