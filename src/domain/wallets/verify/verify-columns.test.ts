import { expect, test } from "vitest";
import type { Row } from "../../../../test/support/stored-ledger.ts";
import {
  one,
  type TamperedLedger,
  tamperedMemory,
} from "../../../../test/support/tampered-memory.ts";
import { aWallet } from "../../../../test/support/wallet-states.ts";
import { noUsage } from "../model/usage.ts";
import { walletRow } from "./rows.ts";

/** One row of each table, the event that findings about it name, and its id where it has one. */
const targets: Readonly<
  Record<string, (ledger: TamperedLedger) => { readonly row: Row; readonly sequence: number }>
> = {
  wallets: (ledger) => ({ row: ledger.wallet(), sequence: ledger.log().length }),
  cards: (ledger) => ({
    row: one(ledger.rows.cards, { id: ledger.activity.cards[0] }),
    sequence: ledger.log().length,
  }),
  authorizations: ({ payment }) => ({ row: payment, sequence: Number(payment["sequence"]) }),
  operations: (ledger) => {
    const { sequence } = ledger.event("authorization.incremented");
    return { row: ofEvent(ledger, ledger.rows.operations, sequence), sequence };
  },
  postings: (ledger) => {
    const { sequence } = ledger.event("authorization.incremented");
    return { row: ofEvent(ledger, ledger.rows.postings, sequence), sequence };
  },
};

const ofEvent = ({ activity }: TamperedLedger, rows: readonly Row[], sequence: number): Row =>
  one(rows, { wallet_id: activity.main, sequence: String(sequence) });

/** Another value of the same kind. */
const changed = (value: unknown): unknown => {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (value === null) return "tampered";
  if (typeof value === "object") return { tampered: true };
  const text = String(value);
  if (/^\d+$/.test(text)) return String(BigInt(text) + 1n);
  if (/^\d{4}-.*Z$/.test(text)) return new Date(Date.parse(text) + 3_600_000).toISOString();
  return `${text}x`;
};

/** A row that no longer says where it belongs is missing there; the suite of whole rows has those. */
const places = ["id", "wallet_id", "organization_id", "lane_key", "sequence", "ordinal", "version"];

test.each(Object.keys(targets))(
  "each changed column of %s is found, and nothing else",
  async (table) => {
    const whole = targets[table]?.(await tamperedMemory());
    const columns = Object.keys(whole?.row ?? {}).filter((column) => !places.includes(column));
    expect(columns.length).toBeGreaterThan(3);
    for (const column of columns) {
      const ledger = await tamperedMemory();
      const { main, actor } = ledger.activity;
      const { row, sequence } = targets[table]?.(ledger) ?? { row: {}, sequence: 0 };
      row[column] = changed(row[column]);
      const { findings } = await ledger.verify({ walletId: main });
      const about = { walletId: main, organizationId: actor.organizationId, sequence };
      const named = { wallets: null, postings: `${sequence}.0` }[table];
      expect(findings.length, column).toBeGreaterThan(0);
      for (const finding of findings) {
        expect(finding).toEqual({
          ...about,
          row: named === undefined ? row["id"] : named,
          field: expect.stringMatching(new RegExp(`^${table}\\.${column}($|[.[])`)),
          problem: expect.any(String),
        });
      }
    }
  },
);

test.each([
  ["requestId", ["wallet_events.hash"]],
  ["commandKey", ["wallet_events.hash"]],
  ["fingerprint", ["wallet_events.hash"]],
  ["commandText", ["wallet_events.hash", "wallet_events.data"]],
  ["dataText", ["wallet_events.hash", "wallet_events.data"]],
  ["hash", ["wallet_events.hash"]],
  ["type", ["wallet_events.hash", "wallet_events.type"]],
  ["at", ["wallet_events.hash", "wallet_events.data.increment.createdAt"]],
  ["rulesVersion", ["wallet_events.hash", "wallet_events.rules_version"]],
] as const)(
  "a changed %s of an event is found there, and the events behind it are whole",
  async (column, fields) => {
    const ledger = await tamperedMemory();
    const event = ledger.event("authorization.incremented");
    Object.assign(event, { [column]: changed(event[column]) });
    const { findings } = await ledger.verify({ walletId: ledger.activity.main });
    const inLog = findings.filter(({ field }) => field.startsWith("wallet_events."));
    expect(inLog.map(({ field }) => field)).toEqual(fields);
    for (const { sequence } of inLog) expect(sequence).toBe(event.sequence);
  },
);

test("a row is held against the types that the database answers with", () => {
  const usage = {
    ...noUsage,
    day: { start: "2026-11-10", amount: 7n, count: 2 },
  };
  const wallet = aWallet({ usage, available: 5n, lowBalanceThreshold: 20, createdAt: 0 });
  expect(walletRow(wallet)).toMatchObject({
    available: "5",
    usage: { day: ["2026-11-10", "7", 2], week: ["", "0", 0] },
    low_balance_threshold: "20",
    version: "1",
    created_at: "1970-01-01T00:00:00.000Z",
    deleted_at: null,
  });
  expect(walletRow({ ...wallet, lowBalanceThreshold: null, deletedAt: 1 })).toMatchObject({
    low_balance_threshold: null,
    deleted_at: "1970-01-01T00:00:00.001Z",
  });
});
