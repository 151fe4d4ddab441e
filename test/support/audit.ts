import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { Database, Row } from "../../src/db/database.ts";
import { createWalletStore } from "../../src/db/wallets/wallet-store.ts";
import { chained, genesisHash } from "../../src/domain/wallets/log/chain.ts";
import type { Authorization } from "../../src/domain/wallets/model/authorization.ts";
import type { Card } from "../../src/domain/wallets/model/card.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import {
  applyToAuthorization,
  applyToCard,
  applyToWallet,
  createdCard,
  type Happened,
  openedWallet,
  paymentOf,
} from "../../src/domain/wallets/rules/apply.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import { loadedFrom } from "./wallets.ts";

export interface Audit {
  readonly wallets: ReadonlyMap<string, Wallet>;
  readonly cards: ReadonlyMap<string, Card>;
  readonly payments: ReadonlyMap<string, Authorization>;
  /** Types of each wallet's events, in order. */
  readonly log: ReadonlyMap<string, readonly string[]>;
  /** What all wallets of the organization have, held included. */
  readonly sum: bigint;
}

/**
 * Reads all that the database has of an organization's wallets and proves it: sequences
 * without gaps, hashes chained over the stored texts, balances equal to the journal's
 * sums and to those beside each posting, transfers whole, and every row of wallets,
 * cards, authorizations and operations what replaying the log gives.
 */
export const audited = async (database: Database, organizationId: string): Promise<Audit> => {
  const all = (name: string, text: string) =>
    database.run({ name: `test.${name}`, text, params: [organizationId] });
  const where = "where organization_id = $1::uuid";
  const [events, postings, authorizations, operations, walletIds, cardIds] = [
    await all(
      "events",
      `select *, encode(hash, 'hex') as hash_hex from wallets.wallet_events ${where} order by wallet_id, sequence`,
    ),
    await all(
      "postings",
      `select * from wallets.postings ${where} order by wallet_id, sequence, ordinal`,
    ),
    await all("authorizations", `select * from wallets.authorizations ${where} order by id`),
    await all("operations", `select * from wallets.operations ${where} order by id`),
    await all("wallets", `select id from wallets.wallets ${where}`),
    await all("cards", `select id from wallets.cards ${where}`),
  ];
  const loaded = await loadedFrom(createWalletStore(database), [
    ...walletIds.map(({ id }) => ({ kind: "wallet", organizationId, id: String(id) }) as const),
    ...cardIds.map(({ id }) => ({ kind: "card", organizationId, id: String(id) }) as const),
    ...authorizations.map(
      ({ id }) => ({ kind: "authorization", organizationId, id: String(id) }) as const,
    ),
  ]);
  const wallets = new Map(loaded.wallets.map((wallet) => [wallet.id, wallet]));
  const cards = new Map(loaded.cards.map((card) => [card.id, card]));
  expect(wallets.size).toBe(walletIds.length);
  expect(cards.size).toBe(cardIds.length);
  const eventsOf = Map.groupBy(events, (row) => String(row["wallet_id"]));
  const postingsOf = Map.groupBy(postings, (row) => String(row["wallet_id"]));
  expect([...eventsOf.keys()].sort()).toEqual([...wallets.keys()].sort());
  const log = new Map<string, string[]>();
  for (const [id, wallet] of wallets) {
    const rows = eventsOf.get(id) ?? [];
    log.set(
      id,
      rows.map(({ type }) => String(type)),
    );
    expectChain(wallet, rows);
    expectReplay(wallet, [...cards.values()], rows);
    expectJournal(wallet, postingsOf.get(id) ?? []);
    const held = authorizations
      .filter((row) => row["wallet_id"] === id)
      .reduce((total, row) => total + BigInt(String(row["held"])), 0n);
    expect([id, held]).toEqual([id, wallet.held]);
  }
  expectTransfersWhole(postings);
  expectAuthorizations(organizationId, loaded.authorizations, events);
  expectOperations(operations, events);
  const sum = loaded.wallets.reduce((total, { available, held }) => total + available + held, 0n);
  const payments = new Map(loaded.authorizations.map((payment) => [payment.id, payment]));
  return { wallets, cards, payments, log, sum };
};

const expectChain = (wallet: Wallet, rows: readonly Row[]): void => {
  let head = genesisHash;
  rows.forEach((row, index) => {
    const text = (name: string) => String(row[name]);
    const orNull = (name: string) => (row[name] === null ? null : text(name));
    expect(text("sequence")).toBe(String(index + 1));
    const hash = sha256Hex(
      chained(
        head,
        {
          walletId: text("wallet_id"),
          sequence: index + 1,
          type: text("type") as Happened["type"],
          at: (row["recorded_at"] as Date).getTime(),
          rulesVersion: Number(row["rules_version"]),
        },
        {
          organizationId: text("organization_id"),
          requestId: text("request_id"),
          commandKey: orNull("command_key"),
          fingerprint: orNull("fingerprint"),
        },
        text("command"),
        text("data"),
      ),
    );
    expect(text("hash_hex")).toBe(hash);
    head = hash;
  });
  expect([wallet.version, wallet.headHash]).toEqual([rows.length, head]);
};

const expectReplay = (wallet: Wallet, cards: readonly Card[], rows: readonly Row[]): void => {
  let state: Wallet | undefined;
  const made = new Map<string, Card>();
  for (const row of rows) {
    const event = happened(row);
    for (const [id, card] of made) made.set(id, applyToCard(card, event));
    if (event.type === "card.created") {
      made.set(
        event.data.card.id,
        createdCard(wallet.organizationId, event.data.card, event.at, event.data.usage),
      );
    }
    state =
      event.type === "wallet.created"
        ? openedWallet(wallet.organizationId, event.data, event.at)
        : state && applyToWallet(state, event);
  }
  expectSame({ ...state, headHash: wallet.headHash }, wallet);
  for (const card of cards) {
    if (card.walletId !== wallet.id) continue;
    expectSame(made.get(card.id), card);
    made.delete(card.id);
  }
  expect([...made.keys()]).toEqual([]);
};

/** Many times faster than `expect` where there is no difference to show. */
const expectSame = (replayed: unknown, stored: unknown): void => {
  if (!isDeepStrictEqual(replayed, stored)) expect(replayed).toEqual(stored);
};

const expectJournal = (wallet: Wallet, rows: readonly Row[]): void => {
  const sums: Record<string, bigint> = { available: 0n, held: 0n, receivable: 0n };
  for (const row of rows) {
    const amount = BigInt(String(row["amount"]));
    for (const [side, sign] of [["credit", 1n] as const, ["debit", -1n] as const]) {
      const account = String(row[side]);
      sums[account] = (sums[account] ?? 0n) + sign * amount;
    }
    const after = [row["available_after"], row["held_after"], row["receivable_after"]];
    expect(after).toEqual(
      [sums["available"], sums["held"], -(sums["receivable"] ?? 0n)].map(String),
    );
  }
  const { available, held, receivable } = wallet;
  expect([sums["available"], sums["held"], -(sums["receivable"] ?? 0n)]).toEqual([
    available,
    held,
    receivable,
  ]);
};

const expectTransfersWhole = (postings: readonly Row[]): void => {
  const legs = postings.filter(({ kind }) => kind === "transfer_out" || kind === "transfer_in");
  for (const [source, both] of Map.groupBy(legs, (row) => row["source_id"])) {
    const kinds = both.map(({ kind, amount }) => `${kind} ${amount}`).sort();
    const amount = both[0]?.["amount"];
    expect([source, ...kinds]).toEqual([source, `transfer_in ${amount}`, `transfer_out ${amount}`]);
  }
};

/** Each payment's row is what its events, from decision to refund, say. */
const expectAuthorizations = (
  organizationId: string,
  stored: readonly Authorization[],
  events: readonly Row[],
): void => {
  const replayed = new Map<string, Authorization>();
  for (const row of events) {
    const event = {
      ...happened(row),
      sequence: Number(row["sequence"]),
    };
    const id = paymentOf(event)?.id;
    if (id === undefined) continue;
    const after = applyToAuthorization(replayed.get(id), event, organizationId);
    if (after) replayed.set(id, after);
  }
  for (const payment of stored) expectSame(replayed.get(payment.id), payment);
  expect(replayed.size).toBe(stored.length);
};

const happened = (row: Row): Happened =>
  ({
    walletId: row["wallet_id"],
    type: row["type"],
    data: JSON.parse(String(row["data"])),
    at: (row["recorded_at"] as Date).getTime(),
  }) as Happened;

/** Acts that have an id of their own: what was answered is what can be read. */
const acts = ["deposit", "withdrawal", "transfer", "increment", "capture", "reversal", "refund"];

const expectOperations = (operations: readonly Row[], events: readonly Row[]): void => {
  const logged = events.flatMap((row) => {
    const data = JSON.parse(String(row["data"])) as Record<string, { readonly id: string }>;
    const kind = acts.find((name) => name in data);
    const record = kind && data[kind];
    // The receiver's side is the sender's transfer.
    if (!record || row["type"] === "transfer.received") return [];
    return [operation(record.id, kind, record, row)];
  });
  const stored = operations.map((row) =>
    operation(String(row["id"]), String(row["kind"]), row["record"], row, row["authorization_id"]),
  );
  const byId = (one: { id: string }, two: { id: string }) => one.id.localeCompare(two.id);
  expect(stored.sort(byId)).toEqual(logged.sort(byId));
};

const operation = (
  id: string,
  kind: string | undefined,
  record: unknown,
  row: Row,
  authorizationId = (record as { authorizationId?: unknown }).authorizationId ?? null,
) => ({
  id,
  kind,
  record,
  authorizationId,
  walletId: row["wallet_id"],
  sequence: String(row["sequence"]),
});
