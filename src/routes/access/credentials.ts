import type { ApiKeyRecord } from "../../domain/directory/api-keys/api-key.ts";
import { sameText } from "./constant-time.ts";
import type { LookUpKey } from "./key-cache.ts";

const bearerForm = /^Bearer +([\x21-\x7e]{1,512})$/i;
const keyForm = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.(.+)$/i;

export type Sha256 = (text: string) => string;

/** The token of `Authorization: Bearer ...`. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  bearerForm.exec(authorization?.trim() ?? "")?.[1];

/**
 * Secrets that have proved a key, each for as long as what was looked up of that key is in use,
 * so that the same one is not hashed anew for each request.
 */
const proved = new WeakMap<ApiKeyRecord, string>();

const proves = (secret: string, record: ApiKeyRecord, sha256: Sha256): boolean => {
  const known = proved.get(record);
  if (known !== undefined && sameText(known, secret)) return true;
  if (!sameText(sha256(secret), record.secretSha256)) return false;
  proved.set(record, secret);
  return true;
};

/** The key that a token `id.secret` proves, or `null`: unknown, revoked, expired or wrong. */
export const authenticateKey = async (
  token: string,
  lookUp: LookUpKey,
  sha256: Sha256,
  now: number,
): Promise<ApiKeyRecord | null> => {
  const [, id, secret] = keyForm.exec(token) ?? [];
  if (id === undefined || secret === undefined) return null;
  const record = await lookUp(id.toLowerCase());
  if (!record || !proves(secret, record, sha256)) return null;
  // Here and not in the look-up, whose answer may be half a minute old.
  const expired = record.expiresAt !== null && Date.parse(record.expiresAt) <= now;
  return expired ? null : record;
};

const minAdminTokenLength = 32;

/** Compares digests, so that neither the length nor a common prefix shows in the time it takes. */
export const isAdminToken = (
  token: string,
  adminToken: string | undefined,
  sha256: Sha256,
): boolean => {
  if (adminToken === undefined || adminToken.length < minAdminTokenLength) return false;
  return sameText(sha256(token), sha256(adminToken));
};
