import { type Freshness, fresher, onlyThePrimary } from "../domain/freshness.ts";

/** A write's answer has it; a read that brings it sees that write. */
export const consistencyHeader = "Purser-Consistency-Token";

const version = "1";
const tokenForm = /^[A-Za-z0-9._-]{1,64}$/;
const mostTokens = 64;

/**
 * What the tokens of a request together ask for: `undefined` without any, `null` if one is
 * not well formed. A client that writes at several places at once brings several, as a list.
 *
 * One that is well formed and not understood may come from a newer version of Purser, during
 * a deployment: the primary is fresh enough for it, whatever it says.
 */
export const readTokens = (header: string | undefined): Freshness | undefined | null => {
  if (header === undefined) return undefined;
  const tokens = header.split(",").map((token) => token.trim());
  if (tokens.length > mostTokens || !tokens.every((token) => tokenForm.test(token))) return null;
  return tokens.map(openToken).reduce(fresher);
};

/** Opaque to clients: a version, and each context's transaction in base 36, 0 for none. */
export const sealToken = ({ directory = "0", wallets = "0" }: Freshness): string =>
  `${version}.${BigInt(directory).toString(36)}.${BigInt(wallets).toString(36)}`;

const openToken = (token: string): Freshness => {
  const parts = token.split(".");
  const [directory, wallets] = parts.slice(1).map(transactionOf);
  if (parts[0] !== version || parts.length !== 3 || directory == null || wallets == null) {
    return { directory: onlyThePrimary, wallets: onlyThePrimary };
  }
  return {
    ...(directory !== "0" && { directory }),
    ...(wallets !== "0" && { wallets }),
  };
};

const transactionForm = /^[0-9a-z]{1,13}$/;

const transactionOf = (digits: string): string | null => {
  if (!transactionForm.test(digits)) return null;
  let id = 0n;
  for (const digit of digits) id = id * 36n + BigInt(Number.parseInt(digit, 36));
  return id <= BigInt(onlyThePrimary) ? id.toString() : null;
};

/**
 * What a write's answer asks the client to bring from now on. A client that does one thing
 * after another needs only what was written last: each context's earlier transactions are
 * older. But an answer that repeats an earlier one may tell of less than the client has seen.
 */
export const nextToken = (
  brought: Freshness | undefined,
  written: Freshness | undefined,
  replayed: boolean,
): string | undefined => {
  if (!written || Object.keys(written).length === 0) return undefined;
  return sealToken(replayed ? fresher(brought ?? {}, written) : { ...brought, ...written });
};
