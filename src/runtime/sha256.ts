import { createHash, createHmac } from "node:crypto";

/** SHA-256 of the UTF-8 text, in lower-case hex. Workers, Deno and Node all have this module. */
export const sha256Hex = (text: string): string => createHash("sha256").update(text).digest("hex");

/** HMAC-SHA-256 of texts in lower-case hex, under a key of its own for this purpose. */
export const macWith =
  (key: string, purpose: string): ((text: string) => string) =>
  (text) =>
    createHmac("sha256", `${purpose}:${key}`).update(text).digest("hex");
