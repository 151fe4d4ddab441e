import { open, rename, rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { postgresDatabase } from "../../src/db/drivers/postgres.ts";
import { createVerifyReads } from "../../src/db/wallets/verify/verify-reads.ts";
import { headsFile } from "../../src/domain/wallets/verify/heads.ts";
import { environmentSigner, sha256Digest } from "../verify/heads-file.ts";
import type { Command } from "./command.ts";

const usage = (program: string): string => `${program} --out FILE
    Signs every wallet's chain head of DATABASE_URL with the highest key of
    RECEIPT_SIGNING_KEYS. Keep the file where the database's owners cannot write
    (docs/operations/heads.md).`;

/** Writes beside the file and renames, so that a file that is there is a whole one. */
const write = async (url: string, file: string): Promise<number> => {
  const database = postgresDatabase({ url, connections: 1 });
  const unfinished = `${file}.unfinished`;
  try {
    const lines = headsFile({
      reads: createVerifyReads(database),
      signer: environmentSigner(),
      digest: sha256Digest(),
      now: Date.now,
    });
    const output = await open(unfinished, "wx");
    try {
      let next = await lines.next();
      for (; !next.done; next = await lines.next()) await output.appendFile(next.value);
      await output.sync();
      await rename(unfinished, file);
      return next.value;
    } finally {
      await output.close();
      await rm(unfinished, { force: true });
    }
  } finally {
    await database.close();
  }
};

/** Signs every wallet's chain head of DATABASE_URL. */
export const headsCommand: Command = async (args, program) => {
  try {
    const { values } = parseArgs({ args: [...args], options: { out: { type: "string" } } });
    const url = process.env.DATABASE_URL;
    if (!values.out) throw new Error("Name a file with --out.");
    if (!url) throw new Error("Set DATABASE_URL to the database.");
    const wallets = await write(url, values.out);
    console.error(`signed the heads of ${wallets} wallets`);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(usage(program));
    return 2;
  }
};
