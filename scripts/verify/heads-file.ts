import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { PublicKey } from "../../src/domain/wallets/receipts/signer.ts";
import type { Digest } from "../../src/domain/wallets/verify/heads.ts";
import { receiptSigningKeys } from "../../src/runtime/config.ts";
import { createSigner } from "../../src/runtime/signer.ts";

export const sha256Digest = (): Digest => {
  const hash = createHash("sha256");
  return { update: (text) => void hash.update(text), hex: () => hash.digest("hex") };
};

/** A file's lines, without their breaks and without keeping them. */
export const linesOf = (file: string): AsyncIterable<string> =>
  createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });

/** The signer of the environment's keys; throws a message for people. */
export const environmentSigner = () => {
  const keys = receiptSigningKeys.safeParse(process.env.RECEIPT_SIGNING_KEYS ?? "");
  if (!keys.success) throw new Error("RECEIPT_SIGNING_KEYS is not set, or is not valid.");
  return createSigner(keys.data);
};

/** The keys that heads may be signed with: of a key set, or of the environment. */
export const trustedKeys = async (jwks: string | undefined): Promise<readonly PublicKey[]> => {
  if (jwks === undefined) return environmentSigner().publicKeys();
  const text = /^https?:/.test(jwks)
    ? await (await fetch(jwks)).text()
    : await readFile(jwks, "utf8");
  const { keys } = JSON.parse(text) as { keys?: readonly PublicKey[] };
  if (!Array.isArray(keys)) throw new Error(`${jwks} is not a key set.`);
  return keys;
};
