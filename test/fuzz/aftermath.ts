import { createVerifyReads } from "../../src/db/wallets/verify/verify-reads.ts";
import { verifyLedger } from "../../src/domain/wallets/verify/verify.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import type { Server } from "../support/api.ts";
import { Discretion } from "./discretion.ts";

interface LoggedServer extends Server {
  log(): Promise<string>;
}

const mostShown = 10;

/** What must hold when all is over: the server lives, its ledger proves, and it told its log nothing. */
export const aftermath = async (
  server: LoggedServer,
  secrets: readonly string[],
): Promise<string[]> => [
  ...(await lifeFaults(server)),
  ...(await ledgerFaults(server)),
  ...logFaults(await server.log(), new Discretion(secrets)),
];

const lifeFaults = async ({ url }: Server): Promise<string[]> => {
  const faults: string[] = [];
  for (const path of ["/health", "/ready"]) {
    const { status } = await fetch(new URL(path, url));
    if (status !== 200) faults.push(`${path} answers ${status}`);
  }
  return faults;
};

const ledgerFaults = async ({ database }: Server): Promise<string[]> => {
  const faults: string[] = [];
  const summary = await verifyLedger({
    reads: createVerifyReads(database),
    sha256: sha256Hex,
    onFinding: (finding) => {
      if (faults.length < mostShown) faults.push(`verify: ${JSON.stringify(finding)}`);
    },
  });
  return summary.wallets === 0 ? ["verify found no wallets"] : faults;
};

/** A line of a request, or of what the server says of itself, but no failure. */
const logFaults = (log: string, discretion: Discretion): string[] => {
  const faults = log.split("\n").flatMap((line) => {
    const failed = line.includes('"level":"error"') ? [`it fails: ${line}`] : [];
    return [
      ...failed,
      ...discretion.faultsIn(line).map((fault) => `in the log, ${fault}: ${line}`),
    ];
  });
  return faults.slice(0, mostShown);
};
