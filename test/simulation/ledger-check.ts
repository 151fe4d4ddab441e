import { isDeepStrictEqual } from "node:util";
import type { SealedEvent } from "../../src/domain/wallets/log/chain.ts";
import type { Authorization } from "../../src/domain/wallets/model/authorization.ts";
import type { WalletEvent } from "../../src/domain/wallets/model/event.ts";
import type { PostingRecord } from "../../src/domain/wallets/model/posting.ts";
import type { CommitGroup } from "../../src/domain/wallets/store.ts";
import { compareRow } from "../../src/domain/wallets/verify/compare-rows.ts";
import type { Finding } from "../../src/domain/wallets/verify/finding.ts";
import { RecentPayments } from "../../src/domain/wallets/verify/payments.ts";
import type { LogRow, StoredRow } from "../../src/domain/wallets/verify/ports.ts";
import { Recount } from "../../src/domain/wallets/verify/recount.ts";
import { LogReplay } from "../../src/domain/wallets/verify/replay.ts";
import { authorizationRow, cardRow, walletRow } from "../../src/domain/wallets/verify/rows.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import { furthestAheadMs, type MemoryDatabase } from "./memory-database.ts";
import type { Report } from "./violation.ts";

/**
 * The invariants of DESIGN §4 by the checks of `verify`, event by event as they are
 * written: only what a commit touched is looked at after it, everything now and then.
 */
export class LedgerCheck {
  readonly #database: MemoryDatabase;
  readonly #report: Report;
  readonly #replays = new Map<string, LogReplay>();
  /** What each payment holds, and the sum of each wallet's. */
  readonly #held = new Map<string, bigint>();
  /** Each account's credits less its debits, by organization and currency. */
  readonly #books = new Map<string, Map<string, bigint>>();

  constructor(database: MemoryDatabase, report: Report) {
    this.#database = database;
    this.#report = report;
  }

  opened(created: SealedEvent): void {
    const { organizationId, event } = created;
    const { walletId } = event;
    this.#replays.set(walletId, new LogReplay({ organizationId, walletId }, sha256Hex));
    this.#step(created, undefined);
    this.#compareWallet(walletId);
  }

  /** After a group was written. */
  follow(group: CommitGroup): void {
    const transfers = counterparts(group.events);
    let cleared = 0n;
    for (const sealed of group.events) {
      if (sealed.event.at > this.#database.now + furthestAheadMs) {
        this.#report("future", `${placeOf(sealed)} is dated ${sealed.event.at}`);
      }
      this.#step(sealed, transfers.get(sealed));
      cleared += this.#book(sealed);
    }
    if (cleared !== 0n) this.#report("clearing", `a commit leaves ${cleared} in clearing`);
    for (const { after } of group.wallets) this.#compareWallet(after.id);
    for (const { after } of group.cards) this.#compareCard(after.walletId, after.id);
    for (const { after } of group.authorizations) {
      this.#comparePayment(after);
      this.#countHeld(after);
    }
    for (const { after } of group.wallets) this.#checkHeld(after.id);
  }

  /** Every wallet, card and payment, and what only all of them can show. */
  checkAll(): void {
    const payments = Map.groupBy(this.#database.payments.values(), ({ walletId }) => walletId);
    for (const [walletId, replay] of this.#replays) {
      this.#tell(replay.end());
      this.#compareWallet(walletId);
      for (const card of this.#database.cardsOf(walletId)) this.#compareCard(walletId, card.id);
      const own = payments.get(walletId) ?? [];
      for (const payment of own) this.#comparePayment(payment);
      this.#recount(walletId, own);
    }
    this.#balanceBooks();
  }

  #step(sealed: SealedEvent, counterpart: SealedEvent | undefined): void {
    const replay = this.#replays.get(sealed.event.walletId);
    if (!replay) {
      this.#report("log", `${placeOf(sealed)} is of no wallet`);
      return;
    }
    const { commandText, dataText, event } = sealed;
    const { walletId, type, sequence, at, rulesVersion } = event;
    const read = {
      ...{ walletId, type, sequence, at, rulesVersion },
      command: JSON.parse(commandText),
      data: JSON.parse(dataText),
    } as WalletEvent;
    this.#tell(
      replay.step(logRow(sealed), read, {
        payment: none,
        counterpart: counterpart && logRow(counterpart),
      }),
    );
  }

  #compareWallet(walletId: string): void {
    const expected = this.#replays.get(walletId)?.wallet;
    const found = this.#database.wallets.get(walletId);
    this.#same("wallets", walletId, expected, found, walletRow);
  }

  #compareCard(walletId: string, id: string): void {
    const expected = this.#replays.get(walletId)?.cards.get(id);
    this.#same("cards", walletId, expected, this.#database.cards.get(id), cardRow);
  }

  #comparePayment({ walletId, id }: Authorization): void {
    const expected = this.#replays.get(walletId)?.payments.get(id);
    const found = this.#database.payments.get(id);
    this.#same("authorizations", walletId, expected, found, authorizationRow);
  }

  #countHeld({ walletId, id }: Authorization): void {
    const held = this.#database.payments.get(id)?.held ?? 0n;
    const more = held - (this.#held.get(id) ?? 0n);
    this.#held.set(id, held);
    this.#held.set(walletId, (this.#held.get(walletId) ?? 0n) + more);
  }

  #checkHeld(walletId: string): void {
    const wallet = this.#database.wallets.get(walletId)?.held;
    const payments = this.#held.get(walletId) ?? 0n;
    if (wallet === payments) return;
    this.#report("holds", `wallet ${walletId} holds ${wallet}, its payments ${payments}`);
  }

  #same<T>(
    table: string,
    walletId: string,
    expected: T | undefined,
    found: T | undefined,
    rowOf: (thing: T) => StoredRow,
  ): void {
    if (expected === found || isDeepStrictEqual(expected, found)) return;
    const place = { organizationId: null, walletId, table, sequence: null, row: null };
    this.#tell(compareRow(place, expected && rowOf(expected), found && rowOf(found)));
  }

  /** Sums anew what the wallet's payments hold and took of limits. */
  #recount(walletId: string, payments: readonly Authorization[]): void {
    const replay = this.#replays.get(walletId);
    const wallet = replay?.wallet;
    if (!replay || !wallet) return;
    const held = payments.reduce((sum, payment) => sum + payment.held, 0n);
    if (held !== wallet.held) {
      this.#report("holds", `wallet ${walletId} holds ${wallet.held}, its payments ${held}`);
    }
    const tell = (of: string, recount: Recount) => {
      for (const { window, problem } of recount.faults()) {
        this.#report("usage", `${of} ${window} ${problem}`);
      }
    };
    const whole = new Recount(wallet.usage);
    for (const { consumed } of payments) whole.add(consumed);
    tell(`wallet ${walletId}`, whole);
    for (const [id, card] of replay.cards) {
      const recount = new Recount(card.usage, replay.inheritedUsage.get(id));
      for (const { cardId, consumed } of payments) if (cardId === id) recount.add(consumed);
      tell(`card ${id}`, recount);
    }
  }

  /** Adds an event's postings to the books; answers what they leave in clearing. */
  #book({ event, organizationId }: SealedEvent): bigint {
    const postings = (event.data as { postings?: readonly PostingRecord[] }).postings ?? [];
    const currency = this.#database.wallets.get(event.walletId)?.currency;
    const name = `${organizationId} ${currency}`;
    const book = this.#books.get(name) ?? new Map<string, bigint>();
    this.#books.set(name, book);
    let cleared = 0n;
    for (const { debit, credit, amount } of postings) {
      const value = BigInt(amount);
      book.set(debit, (book.get(debit) ?? 0n) - value);
      book.set(credit, (book.get(credit) ?? 0n) + value);
      if (credit === "clearing") cleared += value;
      if (debit === "clearing") cleared -= value;
    }
    return cleared;
  }

  #balanceBooks(): void {
    for (const [name, book] of this.#books) {
      const of = (account: string) => book.get(account) ?? 0n;
      const others = of("external") + of("network") + of("clearing");
      let wallets = 0n;
      for (const wallet of this.#database.wallets.values()) {
        if (`${wallet.organizationId} ${wallet.currency}` !== name) continue;
        wallets += wallet.available + wallet.held - wallet.receivable;
      }
      if (of("clearing") !== 0n) this.#report("clearing", `${name} has ${of("clearing")}`);
      if (others + wallets !== 0n) {
        this.#report("trial_balance", `${name} is off by ${others + wallets}`);
      }
    }
  }

  #tell(findings: readonly Finding[]): void {
    for (const { field, problem, walletId, sequence } of findings) {
      const promise = promiseOf(field);
      this.#report(promise, `${field} of wallet ${walletId} event ${sequence} ${problem}`);
    }
  }
}

/** A replay knows all payments that it met. */
const none = new RecentPayments();

const promiseOf = (field: string) => {
  if (field === "clearing") return "clearing";
  if (field.startsWith("wallet_events.data.postings")) return "balances";
  return field.startsWith("wallet_events") ? "log" : "projections";
};

const placeOf = ({ event }: SealedEvent): string =>
  `${event.type} ${event.walletId}.${event.sequence}`;

/** As `verify` reads it; in memory the order of the log is the order of its commits. */
const logRow = ({ event, ...sealed }: SealedEvent): LogRow => ({
  ...sealed,
  walletId: event.walletId,
  sequence: event.sequence,
  type: event.type,
  at: event.at,
  rulesVersion: event.rulesVersion,
  transactionId: String(event.sequence),
  position: event.sequence,
});

/** The other side of each side of a transfer: both are in one commit. */
const counterparts = (events: readonly SealedEvent[]): Map<SealedEvent, SealedEvent> => {
  const sides = new Map<string, SealedEvent>();
  const found = new Map<SealedEvent, SealedEvent>();
  for (const sealed of events) {
    const { event } = sealed;
    if (event.type !== "transfer.sent" && event.type !== "transfer.received") continue;
    const { id } = event.data.transfer;
    const other = sides.get(id);
    sides.set(id, sealed);
    if (!other) continue;
    found.set(sealed, other);
    found.set(other, sealed);
  }
  return found;
};
