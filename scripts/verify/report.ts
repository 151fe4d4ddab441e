import type { Finding } from "../../src/domain/wallets/verify/finding.ts";
import type { VerifyProgress, VerifySummary } from "../../src/domain/wallets/verify/verify.ts";

/** One finding on one line, for people. */
export const findingLine = (finding: Finding): string => {
  const { walletId, organizationId, sequence, field, row, problem } = finding;
  const where = walletId ? `wallet ${walletId}` : `organization ${organizationId}`;
  const event = sequence === null ? "" : ` event ${sequence}`;
  return `${where}${event} ${field}${row ? ` (${row})` : ""} ${problem}`;
};

export const summaryLine = ({ wallets, events, findings }: VerifySummary): string => {
  const found = findings === 0 ? "nothing wrong" : `${count(findings)} findings`;
  return `verified ${count(wallets)} wallets, ${count(events)} events: ${found}`;
};

/** Says on standard error how far it is, at most once in a while, and where to go on. */
export const progressLine = (everyMs: number) => {
  const started = Date.now();
  let last = started;
  return (progress: VerifyProgress): void => {
    const now = Date.now();
    if (now - last < everyMs) return;
    last = now;
    const { wallets, events, findings, walletId } = progress;
    const rate = count(Math.round((events * 1_000) / (now - started)));
    const found = findings === 0 ? "" : `, ${count(findings)} findings`;
    process.stderr.write(
      `${count(wallets)} wallets, ${count(events)} events, ${rate}/s${found}; at --from ${walletId}\n`,
    );
  };
};

const count = (value: number): string => value.toLocaleString("en-US");
