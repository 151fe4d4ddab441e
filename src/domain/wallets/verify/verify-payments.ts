import type { Authorization } from "../model/authorization.ts";
import type { Wallet } from "../model/wallet.ts";
import { compareRow } from "./compare-rows.ts";
import { type Finding, finding, type Place } from "./finding.ts";
import { EventSum, livesUpTo, type PaymentLink, paymentAfter } from "./payments.ts";
import type { StoredRow, VerifyReads } from "./ports.ts";
import { Recount } from "./recount.ts";
import type { LogReplay } from "./replay.ts";
import { authorizationRow } from "./rows.ts";

const pageSize = 500;

/**
 * Holds every payment's row against its life in the log, and all of them together against
 * the wallet: what is held, what is used, and that no event of a payment is outside a life.
 * The row may be newer than the wallet's version that is verified; its life is cut there.
 */
export const verifyPayments = async (
  reads: VerifyReads,
  place: Place & { readonly walletId: string },
  replay: LogReplay,
  wallet: Wallet,
  report: (findings: readonly Finding[]) => void,
): Promise<void> => {
  const all = new AllPayments(wallet, replay);
  let after: { createdAt: string; id: string } | null = null;
  let rows: readonly StoredRow[];
  do {
    rows = await reads.authorizations(place.walletId, after, pageSize);
    const lives = await livesUpTo(
      reads,
      place.walletId,
      new Set(rows.map((row) => Number(row["sequence"]))),
    );
    for (const row of rows) {
      const life = lives.get(Number(row["sequence"]));
      const payment = life && alive(life, row, wallet.organizationId);
      report(payment ? compareRow(rowPlace(place, row), authorizationRow(payment), row) : []);
      if (!life || !payment) report(notIts(place, row));
      else report(await verifyUpdatedAt(reads, place, row, life));
      if (life && payment) all.add(life, wallet);
      else all.lost();
    }
    const last = rows.at(-1);
    if (last) after = { createdAt: String(last["created_at"]), id: String(last["id"]) };
  } while (rows.length === pageSize);
  report(await all.faults(reads, place, wallet));
};

const rowPlace = (place: Place, row: StoredRow) => ({
  ...place,
  table: "authorizations",
  sequence: Number(row["sequence"]),
  row: String(row["id"]),
});

/** The payment as its row should be; `undefined` if the event that the row names is not one of it. */
const alive = (
  life: readonly PaymentLink[],
  row: StoredRow,
  organizationId: string,
): Authorization | undefined => {
  if (life[0]?.authorizationId !== row["id"]) return undefined;
  try {
    return paymentAfter(life, organizationId);
  } catch {
    return undefined;
  }
};

const notIts = (place: Place, row: StoredRow): Finding[] => [
  finding(
    place,
    Number(row["sequence"]),
    "authorizations.sequence",
    "names no event that leads back to the payment's decision",
    String(row["id"]),
  ),
];

/** The time of the last event that the row's commit wrote for the wallet: nearly always its own. */
const verifyUpdatedAt = async (
  reads: VerifyReads,
  place: Place & { readonly walletId: string },
  row: StoredRow,
  life: readonly PaymentLink[],
): Promise<Finding[]> => {
  const newest = life.at(-1)?.event;
  const found = Date.parse(String(row["updated_at"]));
  if (!newest || newest.at === found) return [];
  if ((await reads.commitTime(place.walletId, newest.sequence)) === found) return [];
  const problem = "is not the time of the commit that wrote its event";
  const { sequence, row: id } = rowPlace(place, row);
  return [finding(place, sequence, "authorizations.updated_at", problem, id)];
};

/** What the payments say together, at the wallet's version. */
class AllPayments {
  readonly #replay: LogReplay;
  readonly #events = new EventSum();
  readonly #wallet: Recount;
  readonly #cards: ReadonlyMap<string, Recount>;
  #held = 0n;
  #lost = 0;

  constructor(wallet: Wallet, replay: LogReplay) {
    this.#replay = replay;
    this.#wallet = new Recount(wallet.usage);
    this.#cards = new Map(
      [...replay.cards].map(([id, card]) => [
        id,
        new Recount(card.usage, replay.inheritedUsage.get(id)),
      ]),
    );
  }

  add(life: readonly PaymentLink[], { version, organizationId }: Wallet): void {
    const known = life.filter(({ event }) => event.sequence <= version);
    for (const { authorizationId, event } of known) {
      this.#events.add(authorizationId, event.sequence);
    }
    const payment = this.#after(known, organizationId);
    if (!payment) return;
    this.#held += payment.held;
    this.#wallet.add(payment.consumed);
    this.#cards.get(payment.cardId)?.add(payment.consumed);
  }

  #after(life: readonly PaymentLink[], organizationId: string): Authorization | undefined {
    try {
      return paymentAfter(life, organizationId);
    } catch {
      return undefined;
    }
  }

  /** A row whose event is none of the payment: what follows from it is not worth telling. */
  lost(): void {
    this.#lost += 1;
  }

  async faults(
    reads: VerifyReads,
    place: Place & { readonly walletId: string },
    wallet: Wallet,
  ): Promise<Finding[]> {
    if (this.#lost > 0) return [];
    if (this.#events.equals(this.#replay.paymentEvents)) return this.#sums(place, wallet);
    const broken = await reads.brokenPayments(place.walletId, wallet.version);
    if (broken.length === 0) {
      const problem = "have not the events of payments that the log has";
      return [finding(place, wallet.version, "authorizations", problem)];
    }
    return broken.map(({ sequence, authorizationId, problem }) => {
      const [field, detail] = brokenPayment[problem];
      return finding(place, sequence, field, detail, authorizationId);
    });
  }

  #sums(place: Place, wallet: Wallet): Finding[] {
    const findings: Finding[] = [];
    const wrong = (field: string, problem: string, row: string | null = null) => {
      findings.push(finding(place, wallet.version, field, problem, row));
    };
    if (this.#held !== wallet.held) {
      wrong("wallets.held", `is ${wallet.held}, open authorizations hold ${this.#held}`);
    }
    for (const { window, problem } of this.#wallet.faults()) {
      wrong(`wallets.usage.${window}`, problem);
    }
    for (const [id, recount] of this.#cards) {
      for (const { window, problem } of recount.faults()) {
        wrong(`cards.usage.${window}`, problem, id);
      }
    }
    return findings;
  }
}

const brokenPayment = {
  previous: ["wallet_events.data.previous", "does not name the payment's event before"],
  no_row: ["authorizations", "has no such row"],
  behind: ["authorizations.sequence", "is not the payment's newest event"],
} as const;
