import { issuer } from "../receipts/receipt.ts";
import type { Signer } from "../receipts/signer.ts";
import { type Finding, finding } from "./finding.ts";
import type { Head, VerifyFilter, VerifyReads } from "./ports.ts";

/**
 * A file of every wallet's chain head, signed: what an owner of the database cannot rewrite
 * if it is kept elsewhere. JSON a line: a header, a line a wallet, and last a signature over
 * the SHA-256 of all bytes before it.
 */
export const headsType = "purser-heads+jwt";

const format = { type: "purser-heads", version: 1 } as const;

/** SHA-256 of texts one after another. */
export interface Digest {
  update(text: string): void;
  hex(): string;
}

export interface HeadsPorts {
  readonly reads: Pick<VerifyReads, "heads">;
  readonly signer: Signer;
  readonly digest: Digest;
  readonly now: () => number;
}

const pageSize = 1_000;

/** The file's lines, each with its line break. */
export async function* headsFile(ports: HeadsPorts): AsyncGenerator<string, number> {
  const { reads, signer, digest, now } = ports;
  const line = (value: object): string => `${JSON.stringify(value)}\n`;
  const kept = (value: object): string => {
    const text = line(value);
    digest.update(text);
    return text;
  };
  yield kept({ ...format, createdAt: new Date(now()).toISOString() });
  let wallets = 0;
  let last: string | null = null;
  for (;;) {
    const page: readonly Head[] = await reads.heads(last, pageSize);
    for (const head of page) yield kept(head);
    wallets += page.length;
    last = page.at(-1)?.walletId ?? last;
    if (page.length < pageSize) break;
  }
  const payload = {
    iss: issuer,
    iat: Math.floor(now() / 1_000),
    wallets,
    sha256: digest.hex(),
  };
  yield line({ signature: await signer.sign(headsType, payload) });
  return wallets;
}

/** The payload of a JWS of this type, if one of the known keys signed it. */
export type OpenSignature = (typ: string, jws: string) => Promise<unknown | undefined>;

/** Whether the file is what was signed; else what is wrong with it. Lines come without their breaks. */
export const checkHeadsFile = async (
  lines: AsyncIterable<string>,
  digest: Digest,
  open: OpenSignature,
): Promise<string | undefined> => {
  let before: string | undefined;
  let count = 0;
  for await (const line of lines) {
    if (before !== undefined) digest.update(`${before}\n`);
    if (count === 0 && !isHeader(line)) return "It is not a file of heads, or of a later version.";
    before = line;
    count += 1;
  }
  const signature = field(parsed(before ?? ""), "signature");
  if (typeof signature !== "string") return "It has no signature at its end.";
  const payload = await open(headsType, signature);
  if (payload === undefined) return "Its signature is by none of the known keys.";
  const sha256 = digest.hex();
  return field(payload, "sha256") === sha256 && field(payload, "wallets") === count - 2
    ? undefined
    : "It is not what was signed.";
};

/** Holds each wallet's log against the file, which has been checked. Answers how many it names. */
export const verifyHeads = async (
  reads: Pick<VerifyReads, "hashes">,
  lines: AsyncIterable<string>,
  filter: VerifyFilter,
  report: (findings: readonly Finding[]) => void,
): Promise<number> => {
  let wallets = 0;
  let page: Head[] = [];
  const flush = async () => {
    report(await compareHeads(reads, page));
    wallets += page.length;
    page = [];
  };
  for await (const line of lines) {
    const head = parsed(line) as Head;
    if (!head.walletId || !concerns(filter, head)) continue;
    page.push(head);
    if (page.length === pageSize) await flush();
  }
  await flush();
  return wallets;
};

const compareHeads = async (
  reads: Pick<VerifyReads, "hashes">,
  heads: readonly Head[],
): Promise<Finding[]> => {
  if (heads.length === 0) return [];
  const places = heads.map(({ walletId, version }) => ({ walletId, sequence: version }));
  const found = new Map((await reads.hashes(places)).map((row) => [row.walletId, row]));
  return heads.flatMap((head) => {
    const row = found.get(head.walletId);
    const wrong = (field: string, problem: string) => [finding(head, head.version, field, problem)];
    if (!row) return wrong("wallets", "is gone: it has a signed head");
    if (row.organizationId !== head.organizationId) {
      return wrong("wallets.organization_id", "is not the one of its signed head");
    }
    if (row.hash === null) return wrong("wallet_events", "is gone: a signed head names it");
    if (row.hash !== head.hash) {
      return wrong("wallet_events.hash", "is not the signed one: the log was rewritten");
    }
    return row.version < head.version
      ? wrong("wallets.version", `is ${row.version}, the signed head's is ${head.version}`)
      : [];
  });
};

const concerns = ({ organizationId, walletId }: VerifyFilter, head: Head): boolean =>
  (organizationId === undefined || head.organizationId === organizationId) &&
  (walletId === undefined || head.walletId === walletId);

const isHeader = (line: string): boolean => {
  const header = parsed(line);
  return field(header, "type") === format.type && field(header, "version") === format.version;
};

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
