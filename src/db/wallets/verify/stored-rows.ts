import type { LogRow, StoredRow } from "../../../domain/wallets/verify/ports.ts";
import type { Row } from "../../database.ts";

/**
 * Rows as `verify` wants them: as they are. They are not parsed by a schema, because one
 * that does not fit is what is looked for; the columns' types say as much as is needed.
 */
export const storedRow = (row: Row): StoredRow =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));

const plain = (value: unknown): unknown => {
  if (!(value instanceof Date)) return value;
  return Number.isNaN(value.getTime()) ? "no time" : value.toISOString();
};

export const logRow = (row: Row): LogRow => ({
  organizationId: String(row["organization_id"]),
  walletId: String(row["wallet_id"]),
  sequence: Number(row["sequence"]),
  type: String(row["type"]) as LogRow["type"],
  at: (row["recorded_at"] as Date).getTime(),
  rulesVersion: Number(row["rules_version"]),
  requestId: String(row["request_id"]),
  commandKey: textOrNull(row["command_key"]),
  fingerprint: textOrNull(row["fingerprint"]),
  commandText: String(row["command"]),
  dataText: String(row["data"]),
  hash: String(row["hash"]),
  transactionId: String(row["transaction_id"]),
  position: Number(row["position"]),
});

const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));
