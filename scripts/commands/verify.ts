import { postgresDatabase } from "../../src/db/drivers/postgres.ts";
import { createVerifyReads } from "../../src/db/wallets/verify/verify-reads.ts";
import type { Finding } from "../../src/domain/wallets/verify/finding.ts";
import { checkHeadsFile, verifyHeads } from "../../src/domain/wallets/verify/heads.ts";
import { verifyLedger } from "../../src/domain/wallets/verify/verify.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import { openSigned } from "../../src/runtime/signer.ts";
import { linesOf, sha256Digest, trustedKeys } from "../verify/heads-file.ts";
import { usageOf, type VerifyArguments, verifyArguments } from "../verify/options.ts";
import { findingLine, progressLine, summaryLine } from "../verify/report.ts";
import type { Command } from "./command.ts";

/** Sums over whole tables take what they take. */
const statementMs = 3_600_000;

const run = async (url: string, args: VerifyArguments): Promise<number> => {
  const database = postgresDatabase({
    url,
    connections: 4,
    timeoutMs: statementMs,
    statementTimeoutMs: statementMs,
  });
  const reads = createVerifyReads(database);
  const onFinding = (finding: Finding): void =>
    console.log(args.json ? JSON.stringify({ finding }) : findingLine(finding));
  const onProgress = progressLine(process.stderr.isTTY ? 1_000 : 10_000);
  let fromHeads = 0;
  try {
    if (args.heads !== undefined) {
      const keys = await trustedKeys(args.jwks);
      const open = (typ: string, jws: string) => openSigned(keys, typ, jws);
      const wrong = await checkHeadsFile(linesOf(args.heads), sha256Digest(), open);
      if (wrong) throw new Error(`${args.heads}: ${wrong}`);
      const wallets = await verifyHeads(reads, linesOf(args.heads), args, (findings) => {
        fromHeads += findings.length;
        for (const finding of findings) onFinding(finding);
      });
      process.stderr.write(`held ${wallets} wallets against their signed heads\n`);
    }
    const done = await verifyLedger({ reads, sha256: sha256Hex, onFinding, onProgress }, args);
    const summary = { ...done, findings: done.findings + fromHeads };
    console.log(args.json ? JSON.stringify({ summary }) : summaryLine(summary));
    return summary.findings === 0 ? 0 : 1;
  } finally {
    await database.close();
  }
};

/** Proves the ledger of DATABASE_URL. */
export const verifyCommand: Command = async (given, program) => {
  try {
    const args = verifyArguments(given);
    const url = process.env.DATABASE_URL;
    if (!url) throw new Error("Set DATABASE_URL to the database to verify.");
    return await run(url, args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(usageOf(program));
    return 2;
  }
};
