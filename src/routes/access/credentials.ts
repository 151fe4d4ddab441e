import type { ApiKeyRecord } from "../../domain/directory/api-keys/api-key.ts";
import { sha256Hex } from "../sha256.ts";
import { sameDigest } from "./constant-time.ts";
import type { LookUpKey } from "./key-cache.ts";

const bearerForm = /^Bearer +([\x21-\x7e]{1,512})$/i;
const keyForm = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.(.+)$/i;

/** The token of `Authorization: Bearer ...`. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  bearerForm.exec(authorization?.trim() ?? "")?.[1];

/** The key that a token `id.secret` proves, or `null`: unknown, revoked, expired or wrong. */
export const authenticateKey = async (
  token: string,
  lookUp: LookUpKey,
  now: number,
): Promise<ApiKeyRecord | null> => {
  const [, id, secret] = keyForm.exec(token) ?? [];
  if (id === undefined || secret === undefined) return null;
  const [record, digest] = await Promise.all([lookUp(id.toLowerCase()), sha256Hex(secret)]);
  if (!record || !sameDigest(digest, record.secretSha256)) return null;
  // Here and not in the look-up, whose answer may be half a minute old.
  const expired = record.expiresAt !== null && Date.parse(record.expiresAt) <= now;
  return expired ? null : record;
};

const minAdminTokenLength = 32;

/** Compares digests, so that neither the length nor a common prefix shows in the time it takes. */
export const isAdminToken = async (
  token: string,
  adminToken: string | undefined,
): Promise<boolean> => {
  if (adminToken === undefined || adminToken.length < minAdminTokenLength) return false;
  return sameDigest(await sha256Hex(token), await sha256Hex(adminToken));
};
