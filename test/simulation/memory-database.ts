import type { SealedEvent } from "../../src/domain/wallets/log/chain.ts";
import { operationOf } from "../../src/domain/wallets/log/projections.ts";
import type { Authorization } from "../../src/domain/wallets/model/authorization.ts";
import type { Card } from "../../src/domain/wallets/model/card.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import type {
  Answered,
  AuthorizationChange,
  CardChange,
  CommitBatch,
  CommitGroup,
  CommittedEvent,
  GroupOutcome,
  Loaded,
  Ref,
  Rejected,
} from "../../src/domain/wallets/store.ts";
import { CardNumbers } from "./card-numbers.ts";
import { violated } from "./constraints.ts";
import { changedCard, changedPayment, changedWallet } from "./written-columns.ts";

/** What a statement sees without locks: all that was committed when it began. */
export interface Snapshot {
  readonly commits: number;
}

/** An operation as reads of corrections need it. */
export interface StoredMovement {
  readonly organizationId: string;
  readonly walletId: string;
}

/** How far ahead of the database's clock an event may be dated. */
export const furthestAheadMs = 2_000;

/**
 * The database as the guarded commit makes it, in memory: `commit-statement.ts` and `load.ts`
 * say what is modelled, and `store-conformance.ts` proves on both that it is. A statement
 * takes effect at one moment; what it saw before, when it began and perhaps had to wait, is
 * its snapshot.
 */
export class MemoryDatabase {
  readonly wallets = new Map<string, Wallet>();
  readonly cards = new Map<string, Card>();
  readonly payments = new Map<string, Authorization>();
  readonly logs = new Map<string, SealedEvent[]>();
  readonly movements = new Map<string, StoredMovement>();
  /** Open payments, which the sweep looks through. */
  readonly open = new Map<string, Authorization>();
  readonly #cardsOf = new Map<string, Set<string>>();
  readonly #keys = new Map<string, { readonly sealed: SealedEvent; readonly commit: number }>();
  readonly #numbers = new CardNumbers();
  readonly #now: () => number;
  #commits = 0;

  /** `now` is the database's clock, epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get now(): number {
    return this.#now();
  }

  begin(): Snapshot {
    return { commits: this.#commits };
  }

  load(refs: readonly Ref[]): Loaded {
    const wallets = new Map<string, Wallet>();
    const cards = new Map<string, Card>();
    const authorizations = new Map<string, Authorization>();
    for (const { kind, organizationId, id } of refs) {
      const own = <T extends { readonly organizationId: string }>(row: T | undefined) =>
        row?.organizationId === organizationId ? row : undefined;
      const payment = kind === "authorization" ? own(this.payments.get(id)) : undefined;
      const cardId = kind === "card" ? id : payment?.cardId;
      const card = cardId === undefined ? undefined : own(this.cards.get(cardId));
      const walletId = kind === "wallet" ? id : card?.walletId;
      const wallet = walletId === undefined ? undefined : own(this.wallets.get(walletId));
      if (!wallet) continue;
      wallets.set(wallet.id, wallet);
      if (card) cards.set(card.id, card);
      if (payment) authorizations.set(payment.id, payment);
    }
    return {
      kind: "loaded",
      wallets: [...wallets.values()],
      cards: [...cards.values()],
      authorizations: [...authorizations.values()],
      databaseTime: Math.floor(this.#now()),
    };
  }

  /** `written` is told each group that was accepted, and whether it is in the log now. */
  commit(
    batch: CommitBatch,
    snapshot: Snapshot = this.begin(),
    written?: (group: CommitGroup) => void,
  ): Answered | Rejected {
    const outcomes = batch.groups.map((group) => this.#judge(group, batch.deadline, snapshot));
    const accepted = batch.groups.filter((_, g) => outcomes[g]?.verdict === "committed");
    const rejected = violated(this, this.#numbers, accepted);
    if (rejected) return rejected;
    this.#commits += 1;
    const changedCards = new Set(
      batch.groups.flatMap(({ cards }) =>
        cards.filter(({ secret }) => !secret).map(({ after }) => after.id),
      ),
    );
    for (const group of accepted) {
      this.#write(group, changedCards);
      written?.(group);
    }
    const databaseTime = Math.floor(this.#now());
    const transaction = String(this.#commits);
    return { kind: "answered", outcomes, transaction, databaseTime, executionMs: 0 };
  }

  /** A wallet's first row, as `WalletOwnership.open` writes it. */
  insertWallet(wallet: Wallet, created: SealedEvent): void {
    this.#commits += 1;
    this.wallets.set(wallet.id, wallet);
    this.logs.set(wallet.id, []);
    this.#cardsOf.set(wallet.id, new Set());
    this.#append(created);
  }

  /** The event that a key of a wallet's log belongs to. */
  eventOf(walletId: string, key: string): SealedEvent | undefined {
    return this.#keys.get(`${walletId} ${key}`)?.sealed;
  }

  cardsOf(walletId: string): Card[] {
    return [...(this.#cardsOf.get(walletId) ?? [])].flatMap((id) => this.cards.get(id) ?? []);
  }

  /** Whether a number ever was another card's. */
  wasTaken(organizationId: string, fingerprint: string): boolean {
    return this.#numbers.known(organizationId, fingerprint);
  }

  #judge(group: CommitGroup, deadline: number, snapshot: Snapshot): GroupOutcome {
    const now = this.#now();
    const stale = group.wallets.some(({ after, expectedVersion }) => {
      const row = this.wallets.get(after.id);
      return row?.organizationId !== after.organizationId || row.version !== expectedVersion;
    });
    const used = group.keys.flatMap(({ walletId, key }) => {
      const found = this.#keys.get(`${walletId} ${key}`);
      return found && found.commit <= snapshot.commits ? [committedEvent(found.sealed)] : [];
    });
    const numberTaken = group.cards.some(
      ({ after, secret }) =>
        secret && this.#numbers.taken(after.organizationId, secret.numberFingerprint, snapshot),
    );
    const written = group.wallets.filter(
      ({ after, expectedVersion }) => after.version > expectedVersion,
    );
    const latest = Math.max(...written.map(({ after }) => after.updatedAt));
    const inTime = now <= deadline && latest <= now + furthestAheadMs;
    if (!stale && !numberTaken && used.length === 0) {
      return inTime
        ? { verdict: "committed", stale, late: false, numberTaken, used }
        : { verdict: "refused", stale, late: true, numberTaken, used };
    }
    return { verdict: "refused", stale, late: false, numberTaken, used };
  }

  #write(group: CommitGroup, changedCards: ReadonlySet<string>): void {
    const updated = new Map<string, Wallet>();
    for (const change of group.wallets) {
      const row = this.wallets.get(change.after.id);
      if (!row || change.after.version <= change.expectedVersion) continue;
      const next = changedWallet(row, change);
      this.wallets.set(next.id, next);
      updated.set(next.id, next);
    }
    for (const sealed of group.events) {
      if (updated.has(sealed.event.walletId)) this.#append(sealed);
    }
    for (const change of group.authorizations) {
      if (updated.has(change.after.walletId)) this.#writePayment(change);
    }
    for (const wallet of updated.values()) {
      if (wallet.status === "closed") this.#endCards(wallet, changedCards);
    }
    for (const change of group.cards) {
      if (updated.has(change.after.walletId)) this.#writeCard(change);
    }
  }

  #append(sealed: SealedEvent): void {
    const { event, commandKey } = sealed;
    this.logs.get(event.walletId)?.push(sealed);
    if (commandKey !== null) {
      this.#keys.set(`${event.walletId} ${commandKey}`, { sealed, commit: this.#commits });
    }
    const operation = operationOf(event);
    if (!operation) return;
    const { organizationId } = sealed;
    this.movements.set(operation.id, { organizationId, walletId: event.walletId });
  }

  #writePayment({ after, created }: AuthorizationChange): void {
    const row = this.payments.get(after.id);
    const next = created ? after : row?.walletId === after.walletId && changedPayment(row, after);
    if (!next) return;
    this.payments.set(next.id, next);
    if (next.status === "open") this.open.set(next.id, next);
    else this.open.delete(next.id);
  }

  #writeCard({ after, secret, settingsChanged }: CardChange): void {
    if (secret) {
      this.cards.set(after.id, after);
      this.#cardsOf.get(after.walletId)?.add(after.id);
      if (after.deletedAt === null) this.#numbers.add(after, secret, this.#commits);
      return;
    }
    const row = this.cards.get(after.id);
    if (row?.walletId === after.walletId) this.#put(changedCard(row, after, settingsChanged));
  }

  /** A closed wallet's cards go with it; those that the batch changes are written by their change. */
  #endCards(wallet: Wallet, changedCards: ReadonlySet<string>): void {
    for (const row of this.cardsOf(wallet.id)) {
      if (row.deletedAt !== null || changedCards.has(row.id)) continue;
      const untouched = row.status === "terminated" && wallet.deletedAt === null;
      this.#put({
        ...row,
        status: "terminated",
        deletedAt: wallet.deletedAt,
        updatedAt: untouched ? row.updatedAt : wallet.updatedAt,
      });
    }
  }

  #put(card: Card): void {
    this.cards.set(card.id, card);
    if (card.deletedAt !== null) this.#numbers.free(card.id, this.#commits);
  }
}

const committedEvent = ({ event, dataText, ...cause }: SealedEvent): CommittedEvent => ({
  walletId: event.walletId,
  sequence: event.sequence,
  type: event.type,
  at: event.at,
  data: JSON.parse(dataText),
  commandKey: cause.commandKey,
  fingerprint: cause.fingerprint,
  requestId: cause.requestId,
});
