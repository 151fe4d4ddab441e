import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLocalJWKSet, jwtVerify } from "jose";
import { afterAll, describe, expect, test } from "vitest";
import { createSigner } from "../src/runtime/signer.ts";
import { activityOn } from "../test/support/activity.ts";
import { testDatabase } from "../test/support/database.ts";
import { rewriteLog } from "../test/support/rewriting.ts";
import { freshSecrets } from "./secrets.ts";

const { url, ...own } = await testDatabase();
const database = own.postgres({ connections: 2 });
const { main, closed, actor } = await activityOn(database);
const { RECEIPT_SIGNING_KEYS } = freshSecrets();
const folder = await mkdtemp(join(tmpdir(), "purser-heads-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The script as an operator runs it. */
const script = (name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  new Promise<Ended>((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL(`${name}.ts`, import.meta.url)), ...args],
      { env: { ...process.env, DATABASE_URL: url, RECEIPT_SIGNING_KEYS, ...env } },
    );
    let out = "";
    let err = "";
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      err += data;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });

const verify = (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  script("verify", args, env);

const change = (text: string) => database.run({ name: "test.change", text, params: [] });

/** Changes the database while `work` runs. */
const during = async <T>(text: string, undo: string, work: () => Promise<T>): Promise<T> => {
  await change(text);
  try {
    return await work();
  } finally {
    await change(undo);
  }
};

describe("npm run verify", () => {
  test("ends with 0 and says how much it verified", async () => {
    const { code, out } = await verify();
    expect(out).toMatch(/^verified 5 wallets, \d+ events: nothing wrong\n$/);
    expect(code).toBe(0);
  });

  test("ends with 1 and names the wallet, the event and the field", async () => {
    await during(
      `update wallets.postings set reference = 'x' where wallet_id = '${main}' and sequence = 2`,
      `update wallets.postings set reference = 'Main' where wallet_id = '${main}' and sequence = 2`,
      async () => {
        const { code, out } = await verify();
        expect(out).toContain(
          `wallet ${main} event 2 postings.reference (2.0) is "x", should be "Main"\n`,
        );
        expect(code).toBe(1);
        const json = await verify(["--json", "--wallet", main]);
        const lines = json.out
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line));
        expect(lines).toEqual([
          {
            finding: {
              organizationId: actor.organizationId,
              walletId: main,
              sequence: 2,
              field: "postings.reference",
              row: "2.0",
              problem: 'is "x", should be "Main"',
            },
          },
          { summary: { wallets: 1, events: expect.any(Number), findings: 1 } },
        ]);
        expect(json.code).toBe(1);
        expect((await verify(["--wallet", closed])).code).toBe(0);
      },
    );
  });

  test("goes on from a wallet", async () => {
    const { code, out } = await verify(["--json", "--from", closed]);
    // In the order of their making: closed is the fourth of five.
    expect(JSON.parse(out).summary.wallets).toBe(2);
    expect(code).toBe(0);
  });

  test.each([
    ["no database is named", [], { DATABASE_URL: "" }],
    ["the database does not answer", [], { DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" }],
    ["an option is unknown", ["--fast"], {}],
    ["an id is none", ["--wallet", "1 or true"], {}],
    ["the file of heads is not there", ["--heads", "/nowhere/heads.jsonl"], {}],
  ])("ends with 2 where %s", async (_, args, env) => {
    const { code, out, err } = await verify(args, env);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).not.toBe("");
  });
});

describe("npm run heads", () => {
  const file = join(folder, "heads.jsonl");
  const signed = async (): Promise<void> => {
    const { code, err } = await script("heads", ["--out", file]);
    expect([code, err]).toEqual([0, "signed the heads of 5 wallets\n"]);
  };

  test("anybody with jose and SHA-256 can check the file", async () => {
    await signed();
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    const last = JSON.parse(lines.at(-1) ?? "");
    const keys = await createSigner(JSON.parse(RECEIPT_SIGNING_KEYS)).publicKeys();
    const { payload } = await jwtVerify(last.signature, createLocalJWKSet({ keys: [...keys] }), {
      issuer: "purser",
      typ: "purser-heads+jwt",
    });
    const kept = lines
      .slice(0, -1)
      .map((line) => `${line}\n`)
      .join("");
    expect(payload).toMatchObject({
      wallets: 5,
      sha256: createHash("sha256").update(kept).digest("hex"),
    });
    const rows = await change(
      `select id, version, encode(head_hash, 'hex') as hash from wallets.wallets order by id`,
    );
    expect(lines.slice(1, -1).map((line) => JSON.parse(line))).toMatchObject(
      rows.map(({ id, version, hash }) => ({ walletId: id, version: Number(version), hash })),
    );
  });

  test("a ledger that only went on is what was signed", async () => {
    await signed();
    await change("select 1");
    const { code, err } = await verify(["--heads", file]);
    expect([code, err]).toEqual([0, "held 5 wallets against their signed heads\n"]);
  });

  test("public keys in a file are enough to check it, others' are not", async () => {
    await signed();
    const keySet = async (keys: string): Promise<string> => {
      const jwks = join(folder, `${crypto.randomUUID()}.json`);
      const published = await createSigner(JSON.parse(keys)).publicKeys();
      await writeFile(jwks, JSON.stringify({ keys: published }));
      return jwks;
    };
    const none = { RECEIPT_SIGNING_KEYS: "" };
    const own = await keySet(RECEIPT_SIGNING_KEYS);
    expect((await verify(["--heads", file, "--jwks", own], none)).code).toBe(0);
    const others = await keySet(freshSecrets().RECEIPT_SIGNING_KEYS);
    const refused = await verify(["--heads", file, "--jwks", others], none);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("by none of the known keys");
    expect((await verify(["--heads", file], none)).err).toContain("RECEIPT_SIGNING_KEYS");
  });

  test("a file that was changed, or cut off, is not taken", async () => {
    await signed();
    const text = await readFile(file, "utf8");
    const lines = text.trimEnd().split("\n");
    const forged = join(folder, "forged.jsonl");
    for (const [changed, why] of [
      [text.replace(/"version":\d+,"hash"/, '"version":1,"hash"'), "not what was signed"],
      [[...lines.slice(0, 2), lines.at(-1)].join("\n"), "not what was signed"],
      [lines.slice(0, -1).join("\n"), "no signature"],
      [lines.slice(1).join("\n"), "not a file of heads"],
      ["", "no signature"],
    ] as const) {
      await writeFile(forged, changed);
      const { code, err } = await verify(["--heads", forged]);
      expect(err).toContain(why);
      expect(code).toBe(2);
    }
  });

  test("finds a wallet that is gone", async () => {
    await signed();
    const lines = (await readFile(file, "utf8")).split("\n");
    expect(lines.filter((line) => line.includes(closed))).toHaveLength(1);
    await during(
      `create table kept as select * from wallets.wallets where id = '${closed}';
alter table wallets.cards drop constraint cards_wallet_id_wallets_id_fk;
delete from wallets.wallets where id = '${closed}'`,
      "insert into wallets.wallets select * from kept",
      async () => {
        const { code, out } = await verify(["--heads", file]);
        expect(out).toMatch(
          new RegExp(`^wallet ${closed} event \\d+ wallets is gone: it has a signed head$`, "m"),
        );
        expect(code).toBe(1);
      },
    );
  });

  test("finds a log that was rewritten whole, which nothing in the database shows", async () => {
    await signed();
    await rewriteLog(database, main, (row) => ({
      commandText: row.commandText.replace('"reference":"Main"', '"reference":"Mine"'),
      dataText: row.dataText.replace('"reference":"Main"', '"reference":"Mine"'),
    }));
    await change(`update wallets.postings set reference = 'Mine' where reference = 'Main'`);
    await change(
      `update wallets.operations set record = jsonb_set(record, '{reference}', '"Mine"') where record ->> 'reference' = 'Main'`,
    );
    expect((await verify()).code).toBe(0);
    const { code, out } = await verify(["--heads", file]);
    const version = (await change(`select version from wallets.wallets where id = '${main}'`))[0];
    expect(out).toContain(
      `wallet ${main} event ${version?.["version"]} wallet_events.hash is not the signed one: the log was rewritten\n`,
    );
    expect(code).toBe(1);
  });
});
