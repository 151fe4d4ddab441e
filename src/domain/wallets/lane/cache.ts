import type { Card } from "../model/card.ts";
import type { Wallet } from "../model/wallet.ts";
import type { Ref } from "../store.ts";

/**
 * The lane's memory of wallets and their cards, so that a warm command costs one
 * statement. It is never trusted: a commit proves every wallet's version.
 *
 * A card may be loaded while its wallet moves on. What makes it usable all the same: from
 * `readVersion` (the version that the wallet was last read at) to its present version,
 * every change was one of this lane's own commits, and a card that one of them touched is
 * in the entry. So a card that was read at any version in between has not changed since.
 */
export class WalletCache {
  readonly #entries = new Map<string, Entry>();
  readonly #walletOfCard = new Map<string, string>();
  readonly #maxBytes: number;
  /** Whether a commit of this lane is under way on a wallet. */
  readonly #busy: (walletId: string) => boolean;
  #bytes = 0;

  constructor(maxBytes: number, busy: (walletId: string) => boolean) {
    this.#maxBytes = maxBytes;
    this.#busy = busy;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The wallet, marked as recently used; `undefined` if it must be loaded. */
  wallet(organizationId: string, id: string): Wallet | undefined {
    const entry = this.#entries.get(id);
    if (entry?.wallet.organizationId !== organizationId) return undefined;
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return entry.wallet;
  }

  /** A card together with its wallet, if both are known and belong to one moment. */
  card(organizationId: string, id: string): Card | undefined {
    const found = this.#find(organizationId, id);
    if (!found) return undefined;
    const { entry, known } = found;
    if (known.readVersion < entry.readVersion) {
      this.#forgetCard(entry, id);
      return undefined;
    }
    if (known.readVersion <= entry.wallet.version) return known.card;
    // Newer than the wallet: by this lane's commit that is under way, or by somebody else.
    if (!this.#busy(entry.wallet.id)) this.drop(entry.wallet.id);
    return undefined;
  }

  /** Whether nothing need be loaded: it is here, or will be when a commit under way is answered. */
  has(ref: Ref): boolean {
    if (ref.kind === "wallet") return this.wallet(ref.organizationId, ref.id) !== undefined;
    if (this.card(ref.organizationId, ref.id)) return true;
    const found = this.#find(ref.organizationId, ref.id);
    return found !== undefined && this.#busy(found.entry.wallet.id);
  }

  /** Takes in what one snapshot showed. */
  learn(wallets: readonly Wallet[], cards: readonly Card[]): void {
    const versions = new Map<string, number>();
    for (const wallet of wallets) {
      versions.set(wallet.id, wallet.version);
      const entry = this.#entries.get(wallet.id);
      // While a commit is under way a newer version may be that commit's own.
      if (entry && (this.#busy(wallet.id) || entry.wallet.version >= wallet.version)) continue;
      this.drop(wallet.id);
      this.#put({
        wallet,
        readVersion: wallet.version,
        cards: new Map(),
        bytes: sizeOf(wallet),
      });
    }
    for (const card of cards) {
      const entry = this.#entries.get(card.walletId);
      const readVersion = versions.get(card.walletId);
      if (!entry || readVersion === undefined || entry.cards.has(card.id)) continue;
      this.#addCard(entry, card, readVersion);
    }
  }

  /** Takes in what a commit of this lane wrote. */
  committed(wallet: Wallet, cards: readonly Card[]): void {
    const entry = this.#entries.get(wallet.id);
    if (!entry) return;
    entry.wallet = wallet;
    for (const card of cards) {
      const known = entry.cards.get(card.id);
      if (known) {
        known.card = card;
        known.readVersion = wallet.version;
      } else {
        this.#addCard(entry, card, wallet.version);
      }
    }
  }

  drop(walletId: string): void {
    const entry = this.#entries.get(walletId);
    if (!entry) return;
    for (const cardId of entry.cards.keys()) this.#walletOfCard.delete(cardId);
    this.#entries.delete(walletId);
    this.#bytes -= entry.bytes;
  }

  /** Forgets the least recently used until the rest fits. */
  trim(): void {
    if (this.#bytes <= this.#maxBytes) return;
    for (const id of [...this.#entries.keys()]) {
      if (this.#bytes <= this.#maxBytes) return;
      if (!this.#busy(id)) this.drop(id);
    }
  }

  #find(organizationId: string, cardId: string): { entry: Entry; known: KnownCard } | undefined {
    const walletId = this.#walletOfCard.get(cardId);
    const entry = walletId === undefined ? undefined : this.#entries.get(walletId);
    const known = entry?.cards.get(cardId);
    if (!entry || !known || entry.wallet.organizationId !== organizationId) return undefined;
    return { entry, known };
  }

  #put(entry: Entry): void {
    this.#entries.set(entry.wallet.id, entry);
    this.#bytes += entry.bytes;
  }

  #addCard(entry: Entry, card: Card, readVersion: number): void {
    const bytes = sizeOf(card);
    entry.cards.set(card.id, { card, readVersion, bytes });
    entry.bytes += bytes;
    this.#bytes += bytes;
    this.#walletOfCard.set(card.id, entry.wallet.id);
  }

  #forgetCard(entry: Entry, cardId: string): void {
    const known = entry.cards.get(cardId);
    if (!known) return;
    entry.cards.delete(cardId);
    entry.bytes -= known.bytes;
    this.#bytes -= known.bytes;
    this.#walletOfCard.delete(cardId);
  }
}

interface Entry {
  wallet: Wallet;
  readonly readVersion: number;
  readonly cards: Map<string, KnownCard>;
  bytes: number;
}

interface KnownCard {
  card: Card;
  /** The wallet's version at which it was read or last written. */
  readVersion: number;
  readonly bytes: number;
}

/** A bound, not a measure: fixed fields plus what clients can make long. */
const sizeOf = (thing: Wallet | Card): number =>
  2_048 + 2 * JSON.stringify([thing.metadata, thing.controls]).length;
