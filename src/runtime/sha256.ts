import { Buffer } from "node:buffer";
import { createHmac, hash, hkdfSync } from "node:crypto";

/** SHA-256 of the UTF-8 text, in lower-case hex. Workers, Deno and Node all have this module. */
export const sha256Hex = (text: string): string => hash("sha256", text, "hex");

/** HMAC-SHA-256 of texts in lower-case hex, under a key in base64. */
export const macWith = (key: string): ((text: string) => string) => {
  const bytes = Buffer.from(key, "base64");
  return (text) => createHmac("sha256", bytes).update(text).digest("hex");
};

/** A key for one purpose out of another (RFC 5869), both in base64: it tells nothing of the one it comes from. */
export const derivedKey = (key: string, purpose: string): string =>
  Buffer.from(hkdfSync("sha256", Buffer.from(key, "base64"), "", purpose, 32)).toString("base64");
