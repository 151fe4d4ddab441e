/** What is written to a connection: texts are Latin-1, numbers are pauses in milliseconds. */
export type Piece = string | Uint8Array | number;

export interface RawCase {
  readonly name: string;
  readonly pieces: readonly Piece[];
  /** As many requests may be seen in it; more answers are a smuggled one. */
  readonly requests: number;
  /** Where the bytes are right, what must come back. */
  readonly answers?: readonly number[];
  /** Our side stays open, as those of clients do that wait for an answer. */
  readonly open?: boolean;
}

export interface RawTarget {
  readonly host: string;
  readonly key: string;
  readonly walletId: string;
}

export const crlf = "\r\n";

export const lines = (...all: readonly string[]): string => all.join(crlf);

export const health = ({ host }: RawTarget): string =>
  lines("GET /health HTTP/1.1", `Host: ${host}`, "", "");

export const users = ({ host, key }: RawTarget): string =>
  lines("GET /v1/users HTTP/1.1", `Host: ${host}`, `Authorization: Bearer ${key}`, "", "");

/** The head of a deposit with these lines, and what follows it. */
export const deposit = (target: RawTarget, more: readonly string[], body: string): string =>
  lines(
    `POST /v1/wallets/${target.walletId}/deposits HTTP/1.1`,
    `Host: ${target.host}`,
    `Authorization: Bearer ${target.key}`,
    "Content-Type: application/json",
    ...more,
    "",
    body,
  );

/** Wrong in more than one byte, so that no money moves whatever becomes of one. */
export const harmless = '{"amount":[]}';

export const one = (name: string, ...pieces: readonly Piece[]): RawCase => ({
  name,
  pieces,
  requests: 1,
});
