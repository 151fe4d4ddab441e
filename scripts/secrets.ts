import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";

/** What a deployment must keep secret, by the names that the configuration reads. */
export interface Secrets {
  readonly ADMIN_TOKEN: string;
  /** JSON: version to base64 of 32 bytes; the highest version encrypts. */
  readonly CARD_ENCRYPTION_KEYS: string;
  readonly CARD_FINGERPRINT_KEY: string;
  readonly CARD_CVV_KEY: string;
  /** JSON: version to base64 of an Ed25519 key in PKCS #8; the highest version signs receipts. */
  readonly RECEIPT_SIGNING_KEYS: string;
}

export const freshSecrets = (): Secrets => {
  const key = (): string => randomBytes(32).toString("base64");
  return {
    ADMIN_TOKEN: randomBytes(32).toString("base64url"),
    CARD_ENCRYPTION_KEYS: JSON.stringify({ 1: key() }),
    CARD_FINGERPRINT_KEY: key(),
    CARD_CVV_KEY: key(),
    RECEIPT_SIGNING_KEYS: JSON.stringify({ 1: signingKey() }),
  };
};

const signingKey = (): string =>
  generateKeyPairSync("ed25519")
    .privateKey.export({ type: "pkcs8", format: "der" })
    .toString("base64");

/** The secrets kept in `file`, made on first use: data encrypted yesterday must be readable today. */
export const keptSecrets = async (file: string): Promise<Secrets> => {
  const exists = existsSync(file);
  const kept = exists ? (JSON.parse(await readFile(file, "utf8")) as Partial<Secrets>) : {};
  // What an earlier version did not need yet is made now.
  const secrets = { ...freshSecrets(), ...kept };
  if (Object.keys(kept).length < Object.keys(secrets).length) {
    const flag = exists ? "w" : "wx";
    await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag });
  }
  return secrets;
};
