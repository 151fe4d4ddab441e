import * as z from "zod";

/** Also names that the runtime knows as links; offsets such as `+02:00` are no zones. */
export const isTimezone = (name: string): boolean => {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

export const timezone = z
  .string()
  .max(64)
  .refine(isTimezone, "Must be an IANA time zone")
  .describe("An IANA time zone, such as Europe/Zurich.");
