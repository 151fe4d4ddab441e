import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { newId, noon } from "../../../../test/support/wallet-states.ts";
import type { Finding } from "./finding.ts";
import { checkHeadsFile, type Digest, headsFile, headsType, verifyHeads } from "./heads.ts";
import type { HashAt, Head } from "./ports.ts";

const headOf = (index: number, over: Partial<Head> = {}): Head => ({
  walletId: `wallet-${String(index).padStart(5, "0")}`,
  organizationId: "organization",
  version: 7,
  hash: `hash-${index}`,
  at: new Date(noon).toISOString(),
  ...over,
});

const digest = (): Digest => {
  const hash = createHash("sha256");
  return { update: (text) => void hash.update(text), hex: () => hash.digest("hex") };
};

/** Signs by writing down, which is enough to see what is signed. */
const signer = {
  sign: async (typ: string, payload: object) => JSON.stringify({ typ, payload }),
  publicKeys: [],
};
const open = async (typ: string, jws: string): Promise<unknown> => {
  const signed = JSON.parse(jws);
  return signed.typ === typ ? signed.payload : undefined;
};

const written = async (heads: readonly Head[]) => {
  const asked: (string | null)[] = [];
  const ports = {
    reads: {
      heads: async (after: string | null, limit: number) => {
        asked.push(after);
        const from = after === null ? 0 : heads.findIndex((one) => one.walletId === after) + 1;
        return heads.slice(from, from + limit);
      },
    },
    signer: signer as never,
    digest: digest(),
    now: () => noon,
  };
  const lines: string[] = [];
  const file = headsFile(ports);
  let step = await file.next();
  for (; !step.done; step = await file.next()) lines.push(step.value);
  return { lines, asked, wallets: step.value };
};

async function* linesOf(lines: readonly string[]) {
  for (const line of lines) yield line.replace(/\n$/, "");
}

describe("a file of heads", () => {
  test("has a header, a line a wallet, and the signature of all before it", async () => {
    const heads = [headOf(1), headOf(2)];
    const { lines, wallets } = await written(heads);
    expect(wallets).toBe(2);
    expect(lines.every((line) => line.endsWith("\n"))).toBe(true);
    const [header, one, two, last] = lines.map((line) => JSON.parse(line));
    expect(header).toEqual({
      type: "purser-heads",
      version: 1,
      createdAt: new Date(noon).toISOString(),
    });
    expect([one, two]).toEqual(heads);
    const sha256 = createHash("sha256").update(lines.slice(0, -1).join("")).digest("hex");
    expect(JSON.parse(last.signature)).toEqual({
      typ: headsType,
      payload: { iss: "purser", iat: noon / 1_000, wallets: 2, sha256 },
    });
  });

  test("reads wallets page by page, each behind the last", async () => {
    const heads = Array.from({ length: 2_000 }, (_, index) => headOf(index));
    const { lines, asked, wallets } = await written(heads);
    expect([lines.length, wallets]).toEqual([2_002, 2_000]);
    expect(asked).toEqual([null, "wallet-00999", "wallet-01999"]);
  });

  test("is what was signed as it was written, and not if anything was changed", async () => {
    const { lines } = await written([headOf(1), headOf(2)]);
    const check = (changed: readonly string[]) => checkHeadsFile(linesOf(changed), digest(), open);
    expect(await check(lines)).toBeUndefined();
    const [header = "", one = "", two = "", signature = ""] = lines;
    expect(await check([header, one.replace("hash-1", "hash-9"), two, signature])).toMatch(
      /signed/,
    );
    expect(await check([header, one, signature])).toMatch(/signed/);
    expect(await check([header, two, one, signature])).toMatch(/signed/);
    expect(await check([header, one, two])).toMatch(/no signature/);
    expect(await check([header, one, two, "no JSON"])).toMatch(/no signature/);
    expect(await check([one, two, signature])).toMatch(/not a file of heads/);
    expect(await check([header.replace("1", "2"), one, two, signature])).toMatch(/later version/);
    expect(await check([header.replace("purser-heads", "x"), one, signature])).toMatch(
      /not a file/,
    );
    expect(await check(["null", signature])).toMatch(/not a file/);
    expect(await check([])).toMatch(/no signature/);
    const foreign = JSON.stringify({ signature: JSON.stringify({ typ: "other+jwt" }) });
    expect(await check([header, one, two, foreign])).toMatch(/none of the known keys/);
  });

  test("with another number of wallets than was signed is not what was signed", async () => {
    const { lines } = await written([headOf(1)]);
    const counted = async (typ: string, jws: string) => ({
      ...((await open(typ, jws)) as object),
      wallets: 2,
    });
    expect(await checkHeadsFile(linesOf(lines), digest(), counted)).toMatch(/signed/);
  });
});

describe("a log that is held against its signed head", () => {
  const head = headOf(1);
  const row: HashAt = {
    walletId: head.walletId,
    organizationId: head.organizationId,
    sequence: head.version,
    hash: head.hash,
    version: head.version,
  };

  const compared = async (
    heads: readonly Head[],
    rows: readonly HashAt[],
    filter: { readonly organizationId?: string; readonly walletId?: string } = {},
  ) => {
    const findings: Finding[] = [];
    const asked: (readonly { readonly walletId: string; readonly sequence: number }[])[] = [];
    const reads = {
      hashes: async (
        places: readonly { readonly walletId: string; readonly sequence: number }[],
      ) => {
        asked.push(places);
        return rows;
      },
    };
    const lines = ['{"type":"purser-heads"}', ...heads.map((one) => JSON.stringify(one)), "{}"];
    const wallets = await verifyHeads(reads, linesOf(lines), filter, (found) =>
      findings.push(...found),
    );
    return { wallets, findings, asked };
  };

  test("is whole if the event that the head names has its hash, also when it has gone on", async () => {
    expect(await compared([head], [row])).toEqual({
      wallets: 1,
      findings: [],
      asked: [[{ walletId: head.walletId, sequence: 7 }]],
    });
    expect((await compared([head], [{ ...row, version: 9 }])).findings).toEqual([]);
  });

  test.each([
    ["wallets", []],
    ["wallets.organization_id", [{ ...row, organizationId: "another" }]],
    ["wallet_events", [{ ...row, hash: null }]],
    ["wallet_events.hash", [{ ...row, hash: "rewritten" }]],
    ["wallets.version", [{ ...row, version: 6 }]],
  ] as const)("is found to differ in %s", async (field, rows) => {
    const { findings } = await compared([head], rows);
    expect(findings).toMatchObject([
      {
        field,
        walletId: head.walletId,
        organizationId: head.organizationId,
        sequence: head.version,
      },
    ]);
  });

  test("is looked at where the filter says, and nothing is asked for no wallet", async () => {
    const other = headOf(2, { organizationId: "another" });
    const rows = [
      row,
      { ...row, walletId: other.walletId, organizationId: "another", hash: "hash-2" },
    ];
    expect((await compared([head, other], rows)).wallets).toBe(2);
    const organizationId = "another";
    expect((await compared([head, other], rows, { organizationId })).asked).toEqual([
      [{ walletId: other.walletId, sequence: 7 }],
    ]);
    const { walletId } = head;
    expect((await compared([head, other], rows, { walletId })).wallets).toBe(1);
    expect(await compared([head], rows, { walletId: newId() })).toEqual({
      wallets: 0,
      findings: [],
      asked: [],
    });
  });

  test("is asked for in pages", async () => {
    const heads = Array.from({ length: 2_001 }, (_, index) => headOf(index));
    const { asked, wallets } = await compared(heads, []);
    expect(asked.map(({ length }) => length)).toEqual([1_000, 1_000, 1]);
    expect(wallets).toBe(2_001);
  });
});
