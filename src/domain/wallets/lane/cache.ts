import type { Authorization } from "../model/authorization.ts";
import type { Card } from "../model/card.ts";
import type { Wallet } from "../model/wallet.ts";
import type { Ref } from "../store.ts";

/**
 * The lane's memory of wallets, their cards and their recent payments, so that a warm
 * command costs one statement. It is never trusted: a commit proves every wallet's version.
 *
 * A card or payment may be loaded while its wallet moves on. What makes it usable all the
 * same: from `readVersion` (the version that the wallet was last read at) to its present
 * version, every change was one of this lane's own commits, and what one of them touched is
 * in the entry. So what was read at any version in between has not changed since. When
 * something is forgotten, `readVersion` of its kind moves up to its last touch.
 */
export class WalletCache {
  readonly #entries = new Map<string, Entry>();
  readonly #walletOf = new Map<string, string>();
  /** Payments of all wallets, the longest unused first: they have a share of their own. */
  readonly #payments = new Map<string, Entry>();
  readonly #maxBytes: number;
  /** Whether a commit of this lane is under way on a wallet. */
  readonly #busy: (walletId: string) => boolean;
  #bytes = 0;
  #paymentBytes = 0;
  #losses = 0;
  #drops = 0;

  constructor(maxBytes: number, busy: (walletId: string) => boolean) {
    this.#maxBytes = maxBytes;
    this.#busy = busy;
  }

  get bytes(): number {
    return this.#bytes + this.#paymentBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Goes up when something is forgotten: what `has` said before may not hold any more. */
  get losses(): number {
    return this.#losses;
  }

  /** Goes up when a wallet is forgotten with all of it, not when a payment is by itself. */
  get drops(): number {
    return this.#drops;
  }

  /** The wallet, marked as used; `undefined` if it must be loaded. */
  wallet(organizationId: string, id: string): Wallet | undefined {
    const entry = this.#entries.get(id);
    if (entry?.wallet.organizationId !== organizationId) return undefined;
    entry.used = true;
    return entry.wallet;
  }

  /** A card together with its wallet, if both are known and belong to one moment. */
  card(organizationId: string, id: string): Card | undefined {
    return this.#part(organizationId, "cards", id)?.value;
  }

  /** A payment together with its card and wallet. */
  authorization(organizationId: string, id: string): Authorization | undefined {
    const found = this.#part(organizationId, "authorizations", id);
    return found && this.card(organizationId, found.value.cardId) ? found.value : undefined;
  }

  /** The wallet of what a ref names; `undefined` if it must be loaded. */
  walletOf({ kind, organizationId, id }: Ref): string | undefined {
    if (kind === "wallet") return this.wallet(organizationId, id)?.id;
    if (kind === "card") return this.card(organizationId, id)?.walletId;
    return this.authorization(organizationId, id)?.walletId;
  }

  /** Whether nothing need be loaded: it is here, or will be when a commit under way is answered. */
  has(ref: Ref): boolean {
    if (this.walletOf(ref) !== undefined) return true;
    const walletId = this.#walletOf.get(ref.id);
    return walletId !== undefined && this.#busy(walletId);
  }

  /** Takes in what one snapshot showed. */
  learn(
    wallets: readonly Wallet[],
    cards: readonly Card[],
    authorizations: readonly Authorization[] = [],
  ): void {
    const versions = new Map<string, number>();
    for (const wallet of wallets) {
      versions.set(wallet.id, wallet.version);
      const entry = this.#entries.get(wallet.id);
      // While a commit is under way a newer version may be that commit's own.
      if (entry && (this.#busy(wallet.id) || entry.wallet.version >= wallet.version)) continue;
      this.drop(wallet.id);
      const bytes = sizeOf(wallet);
      const { version: readVersion } = wallet;
      this.#entries.set(wallet.id, {
        wallet,
        used: false,
        walletBytes: bytes,
        bytes,
        cards: { readVersion, parts: new Map() },
        authorizations: { readVersion, parts: new Map() },
      });
      this.#bytes += bytes;
    }
    for (const card of cards) this.#learnPart("cards", card, versions);
    for (const payment of authorizations) this.#learnPart("authorizations", payment, versions);
  }

  /** Takes in what a commit of this lane wrote. */
  committed(
    wallet: Wallet,
    cards: readonly Card[],
    authorizations: readonly Authorization[] = [],
  ): void {
    const entry = this.#entries.get(wallet.id);
    if (!entry) return;
    entry.wallet = wallet;
    const walletBytes = sizeOf(wallet);
    this.#bytes += walletBytes - entry.walletBytes;
    entry.bytes += walletBytes - entry.walletBytes;
    entry.walletBytes = walletBytes;
    for (const card of cards) this.#putPart(entry, "cards", card, wallet.version);
    for (const payment of authorizations) {
      this.#putPart(entry, "authorizations", payment, wallet.version);
    }
  }

  drop(walletId: string): void {
    const entry = this.#entries.get(walletId);
    if (!entry) return;
    for (const kind of ["cards", "authorizations"] as const) {
      for (const id of entry[kind].parts.keys()) this.#removePart(entry, kind, id);
    }
    this.#entries.delete(walletId);
    this.#bytes -= entry.bytes;
    this.#losses += 1;
    this.#drops += 1;
  }

  /** Forgets what has not been used for long, until the rest fits. */
  trim(): void {
    for (const [id, entry] of this.#payments) {
      if (this.#paymentBytes <= this.#maxBytes / 3) break;
      if (!this.#busy(entry.wallet.id)) this.#forgetPart(entry, "authorizations", id);
    }
    if (this.#bytes <= (this.#maxBytes * 2) / 3) return;
    for (const [id, entry] of this.#entries) {
      if (this.#bytes <= (this.#maxBytes * 2) / 3) return;
      if (this.#busy(id)) continue;
      if (entry.used) {
        // Once around more, rather than to the end at each use: those are many.
        entry.used = false;
        this.#entries.delete(id);
        this.#entries.set(id, entry);
      } else {
        this.drop(id);
      }
    }
  }

  #part<Kind extends PartKind>(
    organizationId: string,
    kind: Kind,
    id: string,
  ): KnownPart<PartOf[Kind]> | undefined {
    const walletId = this.#walletOf.get(id);
    const entry = walletId === undefined ? undefined : this.#entries.get(walletId);
    const known = entry?.[kind].parts.get(id) as KnownPart<PartOf[Kind]> | undefined;
    if (!entry || !known || entry.wallet.organizationId !== organizationId) return undefined;
    if (known.readVersion <= entry.wallet.version) return known;
    // Newer than the wallet: by this lane's commit that is under way, or by somebody else.
    if (!this.#busy(entry.wallet.id)) this.drop(entry.wallet.id);
    return undefined;
  }

  #learnPart<Kind extends PartKind>(
    kind: Kind,
    value: PartOf[Kind],
    versions: ReadonlyMap<string, number>,
  ): void {
    const entry = this.#entries.get(value.walletId);
    const readVersion = versions.get(value.walletId);
    if (!entry || readVersion === undefined || entry[kind].parts.has(value.id)) return;
    if (readVersion < entry[kind].readVersion) return;
    this.#putPart(entry, kind, value, readVersion);
  }

  #putPart<Kind extends PartKind>(
    entry: Entry,
    kind: Kind,
    value: PartOf[Kind],
    readVersion: number,
  ): void {
    const parts = entry[kind].parts as Map<string, KnownPart<PartOf[Kind]>>;
    const was = parts.get(value.id);
    const bytes = sizeOf(value);
    parts.set(value.id, { value, readVersion, bytes });
    this.#walletOf.set(value.id, entry.wallet.id);
    this.#count(entry, kind, bytes - (was?.bytes ?? 0));
    if (kind === "authorizations") {
      if (was) this.#payments.delete(value.id);
      this.#payments.set(value.id, entry);
    }
  }

  /** Forgets something whole: what is read of its kind must be newer than its last touch. */
  #forgetPart(entry: Entry, kind: PartKind, id: string): void {
    const known = entry[kind].parts.get(id);
    if (!known) return;
    entry[kind].readVersion = Math.max(entry[kind].readVersion, known.readVersion);
    this.#removePart(entry, kind, id);
  }

  #removePart(entry: Entry, kind: PartKind, id: string): void {
    const known = entry[kind].parts.get(id);
    if (!known) return;
    entry[kind].parts.delete(id);
    this.#losses += 1;
    this.#walletOf.delete(id);
    this.#payments.delete(id);
    this.#count(entry, kind, -known.bytes);
  }

  #count(entry: Entry, kind: PartKind, bytes: number): void {
    if (kind === "authorizations") {
      this.#paymentBytes += bytes;
    } else {
      entry.bytes += bytes;
      this.#bytes += bytes;
    }
  }
}

interface PartOf {
  readonly cards: Card;
  readonly authorizations: Authorization;
}

type PartKind = keyof PartOf;

interface Entry {
  wallet: Wallet;
  /** Whether it was asked for since room was last made. */
  used: boolean;
  walletBytes: number;
  /** Of the wallet and its cards. */
  bytes: number;
  readonly cards: Parts<Card>;
  readonly authorizations: Parts<Authorization>;
}

interface Parts<Part> {
  /** What was read of this kind before this version of the wallet may have changed since. */
  readVersion: number;
  readonly parts: Map<string, KnownPart<Part>>;
}

interface KnownPart<Part> {
  readonly value: Part;
  /** The wallet's version at which it was read or last written. */
  readonly readVersion: number;
  readonly bytes: number;
}

/** A bound, not a measure: fixed fields plus what clients can make long. */
const sizeOf = (thing: Wallet | Card | Authorization): number =>
  2_048 + 2 * (textLength(thing.metadata) + ("controls" in thing ? listLength(thing) : 0));

const textLength = (metadata: Readonly<Record<string, string>>): number => {
  let length = 0;
  for (const key in metadata) length += key.length + (metadata[key]?.length ?? 0);
  return length;
};

const listLength = ({ controls }: Pick<Wallet, "controls">): number =>
  controls.merchants || controls.categories || controls.countries
    ? JSON.stringify(controls).length
    : 0;
