import * as z from "zod";
import { isPlainText } from "./text.ts";

const maxKeys = 50;
const maxKeyLength = 40;
const maxValueLength = 500;

const labels = z
  .record(
    z.string().min(1).max(maxKeyLength).refine(isPlainText, "Is not a valid key"),
    z
      .string()
      .max(maxValueLength)
      .refine(
        (value) => !value.includes("\u0000") && value.isWellFormed(),
        "Must be storable text",
      ),
  )
  .refine((value) => Object.keys(value).length <= maxKeys, `Must have at most ${maxKeys} keys`);

/** zod leaves `__proto__` out without a word; what is not kept must be refused. */
const noPrototype = (value: unknown, context: z.RefinementCtx): unknown => {
  if (typeof value === "object" && value !== null && Object.hasOwn(value, "__proto__")) {
    context.addIssue({ code: "custom", path: ["__proto__"], message: "Is not a valid key" });
  }
  return value;
};

/** A client's own labels: at most 50 keys of 40 characters, values of 500; kept as they are. */
export const metadata = (
  z.preprocess(noPrototype, labels) as unknown as z.ZodType<
    z.output<typeof labels>,
    z.input<typeof labels>
  >
).meta({
  id: "Metadata",
  description: "Your own labels: at most 50 keys of 40 characters with values of 500.",
});
