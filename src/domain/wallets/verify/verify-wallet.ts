import type { Sha256 } from "../log/chain.ts";
import type { WalletEvent } from "../model/event.ts";
import { compareRow } from "./compare-rows.ts";
import { type Finding, finding, type Place } from "./finding.ts";
import { linkOfEvent, livesUpTo, paymentAfter, RecentPayments } from "./payments.ts";
import type { CounterpartRef, LogRow, StoredRow, VerifyReads, WalletSnapshot } from "./ports.ts";
import { LogReplay } from "./replay.ts";
import { cardRow, operationRow, postingRows, walletRow } from "./rows.ts";
import { verifyPayments } from "./verify-payments.ts";

export interface WalletPorts {
  readonly reads: VerifyReads;
  readonly sha256: Sha256;
  readonly report: (findings: readonly Finding[]) => void;
  /** Events that were verified since the last call. */
  readonly progress: (events: number) => void;
}

const pageSize = 500;
const paymentsKept = 2_000;
/** One broken wallet says little more after these. */
const mostFindings = 20;

/**
 * Verifies one wallet up to the version of the snapshot: its log, then every row that is
 * made from it. Commits that come meanwhile are behind that version.
 */
export const verifyWallet = (ports: WalletPorts, snapshot: WalletSnapshot): Promise<void> =>
  new WalletCheck(ports, snapshot).run();

class WalletCheck {
  readonly #ports: WalletPorts;
  readonly #reads: VerifyReads;
  readonly #snapshot: WalletSnapshot;
  readonly #place: Place & { readonly walletId: string };
  readonly #replay: LogReplay;
  readonly #version: number;
  #found = 0;

  constructor(ports: WalletPorts, snapshot: WalletSnapshot) {
    const { wallet } = snapshot;
    this.#ports = ports;
    this.#reads = ports.reads;
    this.#snapshot = snapshot;
    this.#place = {
      organizationId: String(wallet["organization_id"]),
      walletId: String(wallet["id"]),
    };
    this.#replay = new LogReplay(this.#place, ports.sha256);
    this.#version = Number(wallet["version"]);
  }

  async run(): Promise<void> {
    await this.#replayLog();
    const { wallet, broken } = this.#replay;
    // Without the whole log there is nothing to hold the projections against.
    if (!wallet || broken || this.#enough) return;
    this.#compareSnapshot();
    await verifyPayments(this.#reads, this.#place, this.#replay, wallet, (findings) =>
      this.#report(findings),
    );
    await this.#compareTotals();
  }

  get #enough(): boolean {
    return this.#found >= mostFindings;
  }

  #report(findings: readonly Finding[]): void {
    const shown = findings.slice(0, Math.max(0, mostFindings - this.#found));
    this.#found += findings.length;
    if (shown.length > 0) this.#ports.report(shown);
  }

  async #replayLog(): Promise<void> {
    while (this.#replay.sequence < this.#version && !this.#replay.broken && !this.#enough) {
      const after = this.#replay.sequence;
      const rows = await this.#reads.events(this.#place.walletId, after, this.#version, pageSize);
      if (rows.length === 0) {
        const problem = "is missing from the log";
        this.#report([finding(this.#place, after + 1, "wallet_events.sequence", problem)]);
        break;
      }
      await this.#replayPage(rows);
      this.#replay.payments.trim(paymentsKept);
      this.#ports.progress(rows.length);
    }
    this.#report(this.#replay.end());
  }

  async #replayPage(rows: readonly LogRow[]): Promise<void> {
    const { walletId } = this.#place;
    const read = rows.map((row) => ({ row, event: readEvent(row) }));
    const first = rows[0]?.sequence ?? 0;
    const last = rows.at(-1)?.sequence ?? 0;
    const expected = read.map(({ row, event }) => rowsOf(row, event));
    const ids = expected.flatMap(({ operation }) => (operation ? [String(operation["id"])] : []));
    const [payment, counterparts, postings, operations] = await Promise.all([
      this.#paymentsBefore(read),
      this.#counterparts(read),
      this.#reads.postings(walletId, first, last),
      ids.length === 0 ? [] : this.#reads.operations(walletId, ids),
    ]);
    const postingsOf = Map.groupBy(postings, (posting) => Number(posting["sequence"]));
    const operationsById = new Map(operations.map((row) => [String(row["id"]), row]));
    read.forEach(({ row, event }, index) => {
      if (this.#replay.broken || this.#enough) return;
      const counterpart = counterparts.get(row.sequence);
      this.#report(this.#replay.step(row, event, { payment, counterpart }));
      const due = expected[index];
      if (this.#replay.broken || !due) return;
      this.#comparePostings(row.sequence, due.postings, postingsOf.get(row.sequence) ?? []);
      const { operation } = due;
      if (!operation) return;
      const id = String(operation["id"]);
      const place = this.#rowPlace("operations", row.sequence, id);
      this.#report(compareRow(place, operation, operationsById.get(id)));
    });
  }

  #comparePostings(sequence: number, due: readonly StoredRow[], found: readonly StoredRow[]): void {
    const byOrdinal = new Map(found.map((row) => [Number(row["ordinal"]), row]));
    for (let at = 0; at < due.length || byOrdinal.size > 0; at++) {
      // What is left behind the last that is due are rows that no event explains.
      const ordinal = at < due.length ? at : ([...byOrdinal.keys()][0] ?? at);
      const place = this.#rowPlace("postings", sequence, `${sequence}.${ordinal}`);
      this.#report(compareRow(place, due[at], byOrdinal.get(ordinal)));
      byOrdinal.delete(ordinal);
    }
  }

  /** Payments that the page's events go on with and that were not met lately. */
  async #paymentsBefore(read: readonly Read[]): Promise<RecentPayments> {
    const wanted = new Map<string, number>();
    for (const { event } of read) {
      const link = event && linkOfEvent(event);
      if (!link || link.previous === null || wanted.has(link.authorizationId)) continue;
      if (this.#replay.payments.get(link.authorizationId)) continue;
      if (link.previous <= this.#replay.sequence) wanted.set(link.authorizationId, link.previous);
    }
    const payments = new RecentPayments();
    const lives = await livesUpTo(this.#reads, this.#place.walletId, new Set(wanted.values()));
    for (const life of lives.values()) {
      const payment = paymentAfter(life, this.#place.organizationId ?? "");
      if (payment) payments.put(payment);
    }
    return payments;
  }

  async #counterparts(read: readonly Read[]): Promise<ReadonlyMap<number, LogRow>> {
    const refs = read.flatMap(({ event }): CounterpartRef[] => {
      if (event?.type !== "transfer.sent" && event?.type !== "transfer.received") return [];
      const { id, fromWalletId, toWalletId } = event.data.transfer;
      const { sequence, at } = event;
      return event.type === "transfer.sent"
        ? [{ sequence, at, transferId: id, walletId: toWalletId, type: "transfer.received" }]
        : [{ sequence, at, transferId: id, walletId: fromWalletId, type: "transfer.sent" }];
    });
    if (refs.length === 0) return new Map();
    const found = await this.#reads.counterparts(refs);
    return new Map(found.map(({ sequence, event }) => [sequence, event]));
  }

  #compareSnapshot(): void {
    const { wallet, cards } = this.#replay;
    if (!wallet) return;
    const { sequence } = this.#replay;
    const place = this.#rowPlace("wallets", sequence, null);
    this.#report(compareRow(place, walletRow(wallet), this.#snapshot.wallet));
    const rows = new Map(this.#snapshot.cards.map((row) => [String(row["id"]), row]));
    for (const id of new Set([...cards.keys(), ...rows.keys()])) {
      const card = cards.get(id);
      const rowPlace = this.#rowPlace("cards", sequence, id);
      this.#report(compareRow(rowPlace, card && cardRow(card), rows.get(id)));
    }
  }

  /** What is in the tables behind the last event, or beside what the log explains. */
  async #compareTotals(): Promise<void> {
    const { walletId } = this.#place;
    const totals = await this.#reads.totals(walletId, this.#version);
    const findings: Finding[] = [];
    const version = totals.version ?? 0;
    const beyond = (table: string, last: number) => {
      if (last <= version) return;
      const problem = `is behind the wallet's version, ${version}`;
      findings.push(finding(this.#place, last, `${table}.sequence`, problem));
    };
    beyond("wallet_events", totals.lastEvent);
    beyond("postings", totals.lastPosting);
    if (totals.operations !== this.#replay.operations) {
      const strays = await this.#reads.strayOperations(walletId, this.#version);
      for (const row of strays) {
        const place = this.#rowPlace("operations", Number(row["sequence"]), String(row["id"]));
        findings.push(...compareRow(place, undefined, row));
      }
      if (strays.length === 0) {
        const problem = `are ${totals.operations}, the log has ${this.#replay.operations}`;
        findings.push(finding(this.#place, this.#version, "operations", problem));
      }
    }
    this.#report(findings);
  }

  #rowPlace(table: string, sequence: number, row: string | null) {
    return { ...this.#place, table, sequence, row };
  }
}

interface Read {
  readonly row: LogRow;
  readonly event: WalletEvent | undefined;
}

/** The row as the event that it is; `undefined` if its texts are no JSON. */
const readEvent = (row: LogRow): WalletEvent | undefined => {
  try {
    const { walletId, type, sequence, at, rulesVersion } = row;
    const command = JSON.parse(row.commandText);
    const data = JSON.parse(row.dataText);
    return { walletId, type, sequence, at, rulesVersion, command, data } as WalletEvent;
  } catch {
    return undefined;
  }
};

/** What the event put into other tables; nothing of one that cannot be read. */
const rowsOf = (row: LogRow, event: WalletEvent | undefined) => {
  const nothing = { postings: [], operation: undefined };
  if (!event) return nothing;
  try {
    return {
      postings: postingRows(event, row.organizationId),
      operation: operationRow(event, row.organizationId),
    };
  } catch {
    return nothing;
  }
};
