import type { Sha256 } from "../log/chain.ts";
import { type Finding, finding } from "./finding.ts";
import type { VerifyFilter, VerifyReads } from "./ports.ts";
import { verifyWallet } from "./verify-wallet.ts";

export interface VerifyPorts {
  readonly reads: VerifyReads;
  readonly sha256: Sha256;
  readonly onFinding: (finding: Finding) => void;
  readonly onProgress?: (progress: VerifyProgress) => void;
}

export interface VerifyOptions extends VerifyFilter {
  /** The first wallet: where an earlier run was stopped. */
  readonly from?: string | undefined;
}

export interface VerifyProgress {
  readonly wallets: number;
  readonly events: number;
  readonly findings: number;
  /** The wallet at hand: a later run can go on from it. */
  readonly walletId: string;
}

export interface VerifySummary {
  readonly wallets: number;
  readonly events: number;
  readonly findings: number;
}

const walletPage = 100;

/**
 * Proves the invariants of the ledger on what is stored (DESIGN §4): wallet by wallet,
 * then what only all wallets together can show.
 */
export const verifyLedger = async (
  ports: VerifyPorts,
  options: VerifyOptions = {},
): Promise<VerifySummary> => {
  const { reads, sha256 } = ports;
  const count = { wallets: 0, events: 0, findings: 0 };
  const report = (findings: readonly Finding[]) => {
    for (const one of findings) {
      count.findings += 1;
      ports.onFinding(one);
    }
  };
  let place = options.from === undefined ? null : { id: options.from, inclusive: true };
  for (;;) {
    const page = await reads.wallets(place, options, walletPage);
    for (const snapshot of page) {
      const walletId = String(snapshot.wallet["id"]);
      const progress = (events: number) => {
        count.events += events;
        ports.onProgress?.({ ...count, walletId });
      };
      await verifyWallet({ reads, sha256, report, progress }, snapshot);
      count.wallets += 1;
      place = { id: walletId, inclusive: false };
    }
    if (page.length < walletPage) break;
  }
  report(await orphans(reads, options));
  if (options.walletId === undefined) report(await trialBalances(reads, options));
  return count;
};

const orphans = async (reads: VerifyReads, filter: VerifyFilter): Promise<Finding[]> =>
  (await reads.orphans(filter)).map(({ table, sequence, row, ...place }) =>
    finding(place, sequence, table, "belongs to no wallet of its organization and lane", row),
  );

/** Every posting has two sides, so what wallets have is what all other accounts have not. */
const trialBalances = async (reads: VerifyReads, filter: VerifyFilter): Promise<Finding[]> =>
  (await reads.trialBalances(filter.organizationId)).flatMap((sums) => {
    const { organizationId, currency, others, clearing, wallets } = sums;
    const place = { organizationId, walletId: null };
    const off = others + wallets;
    return [
      ...(off === 0n
        ? []
        : [finding(place, null, "trial_balance", `is off by ${off} ${currency}`)]),
      ...(clearing === 0n
        ? []
        : [finding(place, null, "clearing", `does not net to zero: ${clearing} ${currency}`)]),
    ];
  });
