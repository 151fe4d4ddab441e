/** Randomness and hashing come from the runtime. */
export interface Secrets {
  /** At least 256 random bits as URL-safe text without a dot, which separates it from the key's id. */
  newSecret(): string;
  /** SHA-256 of the UTF-8 text, in lower-case hex. */
  sha256Hex(text: string): Promise<string> | string;
}
