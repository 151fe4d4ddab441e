import type { Database } from "../../src/db/database.ts";
import { eventPage } from "../../src/db/wallets/verify/log-statements.ts";
import { logRow } from "../../src/db/wallets/verify/stored-rows.ts";
import { chained, genesisHash } from "../../src/domain/wallets/log/chain.ts";
import type { LogRow } from "../../src/domain/wallets/verify/ports.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";

/**
 * Rewrites a wallet's log as somebody does who owns the database and knows how it is made:
 * every hash from the change on is computed anew, the head too. The projections are left.
 */
export const rewriteLog = async (
  database: Database,
  walletId: string,
  change: (row: LogRow) => Partial<Pick<LogRow, "commandText" | "dataText" | "at">>,
): Promise<void> => {
  const run = (text: string, ...params: (string | number)[]) =>
    database.run({ name: "test.rewrite", text, params });
  const rows = (await database.run(eventPage(walletId, 0, 1_000_000, 1_000_000))).map(logRow);
  let head = genesisHash;
  for (const row of rows) {
    const next = { ...row, ...change(row) };
    head = sha256Hex(chained(head, next, next, next.commandText, next.dataText));
    await run(
      `update wallets.wallet_events set command = $1, data = $2, recorded_at = $3::text::timestamptz,
  hash = decode($4, 'hex') where wallet_id = $5::uuid and sequence = $6::bigint`,
      next.commandText,
      next.dataText,
      new Date(next.at).toISOString(),
      head,
      walletId,
      row.sequence,
    );
  }
  await run(
    "update wallets.wallets set head_hash = decode($1, 'hex') where id = $2::uuid",
    head,
    walletId,
  );
};
