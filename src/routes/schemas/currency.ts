import * as z from "zod";

let known: ReadonlySet<string> | undefined;

/** ISO 4217, active codes, as the runtime's ICU data lists them. */
export const isCurrency = (code: string): boolean => {
  known ??= new Set(Intl.supportedValuesOf("currency"));
  return known.has(code);
};

export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, "Must be three capital letters")
  .refine(isCurrency, { message: "Must be an ISO 4217 code", abort: true })
  .describe("An ISO 4217 currency code.");
