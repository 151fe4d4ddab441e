import { expect, test } from "vitest";
import { at, tamperedLedger } from "../../../../test/support/tampered-ledger.ts";

const { activity, version, payment, targets, columns, tampered } = await tamperedLedger();
const { main, other } = activity;

const notVerified = [
  "cards.number_ciphertext",
  "cards.number_key_version",
  "cards.number_fingerprint",
  "wallet_events.transaction_id",
  "wallet_events.position",
];

/** Where another field says it: the hash covers the column, or the row is no longer where it belongs. */
const foundAs: Readonly<
  Record<string, { readonly field: string; readonly sequence?: number | null }>
> = {
  "wallet_events.type": { field: "wallet_events.hash" },
  "wallet_events.command": { field: "wallet_events.hash" },
  "wallet_events.data": { field: "wallet_events.hash" },
  "wallet_events.request_id": { field: "wallet_events.hash" },
  "wallet_events.command_key": { field: "wallet_events.hash" },
  "wallet_events.fingerprint": { field: "wallet_events.hash" },
  "wallet_events.recorded_at": { field: "wallet_events.hash" },
  "wallet_events.lane_key": { field: "wallet_events.sequence" },
  "wallet_events.wallet_id": { field: "wallet_events.sequence" },
  "wallet_events.sequence": { field: "wallet_events.sequence" },
  "authorizations.sequence": {
    field: "authorizations.sequence",
    sequence: Number(payment["sequence"]) + 10_000,
  },
  "authorizations.id": { field: "authorizations.sequence" },
  "authorizations.lane_key": { field: "authorizations" },
  "authorizations.wallet_id": { field: "authorizations" },
  "operations.id": { field: "operations" },
  "operations.lane_key": { field: "operations" },
  "postings.lane_key": { field: "postings" },
  "postings.wallet_id": { field: "postings" },
  "postings.sequence": { field: "postings" },
  "postings.ordinal": { field: "postings" },
  "cards.id": { field: "cards" },
  "cards.wallet_id": { field: "cards" },
  // What does not end where its row says has no version to be held against.
  "wallets.version": { field: "wallet_events.sequence", sequence: version + 1 },
};

const changed = (column: string, type: string): string => {
  if (column === "wallet_id") return `'${other}'`;
  if (column === "sequence") return "sequence + 10000";
  if (column === "transaction_id") return "'7'::xid8";
  switch (type) {
    case "int2":
    case "int4":
    case "int8":
      return `coalesce(${column}, 0) + 1`;
    case "bool":
      return `not ${column}`;
    case "jsonb":
      return `'{"tampered": true}'`;
    case "uuid":
      return "gen_random_uuid()";
    case "timestamptz":
      return `coalesce(${column}, now()) + interval '1 hour'`;
    case "bytea":
      return `sha256(${column})`;
    default:
      return `coalesce(${column}, '') || 'x'`;
  }
};

const variants = columns
  .map((row) => ({
    table: String(row["table"]),
    column: String(row["column"]),
    type: String(row["type"]),
  }))
  .filter(({ table, column }) => !(table === "wallets" && column === "id"))
  .map((variant) => ({ ...variant, name: `${variant.table}.${variant.column}` }));

test.each(variants.filter(({ name }) => !notVerified.includes(name)))(
  "a changed $name is found",
  async ({ table, column, type, name }) => {
    const target = targets[table] ?? { where: "false", sequence: null };
    const findings = await tampered(
      `update wallets.${table} set ${column} = ${changed(column, type)} where ${target.where}`,
      { walletId: main },
    );
    const { field = name, sequence = target.sequence } = foundAs[name] ?? {};
    expect(findings).toContainEqual(at(main, sequence, field));
  },
);

test("only what the log cannot know is not verified", async () => {
  expect(variants.length).toBeGreaterThan(110);
  for (const name of notVerified) expect(variants.map((one) => one.name)).toContain(name);
});
