import { z } from "zod";
import { isPlainText } from "./text.ts";

const maxKeys = 50;
const maxKeyLength = 40;
const maxValueLength = 500;

/** A client's own labels: at most 50 keys of 40 characters, values of 500; kept as they are. */
export const metadata = z
  .record(
    z
      .string()
      .min(1)
      .max(maxKeyLength)
      .refine((key) => isPlainText(key) && key !== "__proto__", "Is not a valid key"),
    z
      .string()
      .max(maxValueLength)
      .refine(
        (value) => !value.includes("\u0000") && value.isWellFormed(),
        "Must be storable text",
      ),
  )
  .refine((value) => Object.keys(value).length <= maxKeys, `Must have at most ${maxKeys} keys`)
  .meta({
    id: "Metadata",
    description: "Your own labels: at most 50 keys of 40 characters with values of 500.",
  });
