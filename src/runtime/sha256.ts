import { createHash } from "node:crypto";

/** SHA-256 of the UTF-8 text, in lower-case hex. Workers, Deno and Node all have this module. */
export const sha256Hex = (text: string): string => createHash("sha256").update(text).digest("hex");
