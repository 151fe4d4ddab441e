import type { SealedEvent } from "./log/chain.ts";
import type { Authorization } from "./model/authorization.ts";
import type { Card } from "./model/card.ts";
import type { EventType } from "./model/event.ts";
import type { Wallet } from "./model/wallet.ts";

/** What a lane needs of the database: one statement to load, one to commit. */
export interface WalletStore {
  /**
   * Reads everything that is named in one snapshot: a card brings its wallet along, an
   * authorization its card and wallet. Gives up after `timeoutMs`, or when the driver does.
   */
  load(refs: readonly Ref[], timeoutMs?: number): Promise<LoadAnswer>;
  /** The single guarded commit. Groups are accepted or not each for itself. */
  commit(batch: CommitBatch, timeoutMs?: number): Promise<CommitAnswer>;
}

/** Names a wallet, card or authorization of an organization. */
export interface Ref {
  readonly kind: "wallet" | "card" | "authorization";
  readonly organizationId: string;
  readonly id: string;
}

export type LoadAnswer = Loaded | Unreachable | Rejected;

export interface Loaded {
  readonly kind: "loaded";
  readonly wallets: readonly Wallet[];
  readonly cards: readonly Card[];
  readonly authorizations: readonly Authorization[];
  /** The database's clock, epoch milliseconds. */
  readonly databaseTime: number;
}

/** No answer came: whether the statement took effect is unknown. */
export interface Unreachable {
  readonly kind: "unreachable";
}

/** PostgreSQL refused: nothing took effect. */
export interface Rejected {
  readonly kind: "rejected";
  /**
   * `yes` after a deadlock, a serialization failure or a timeout; `alone` when two of the
   * batch wanted the same thing; `no` when it would be refused again.
   */
  readonly retry: "yes" | "alone" | "no";
  readonly cause: unknown;
}

export interface CommitBatch {
  readonly groups: readonly CommitGroup[];
  /** By the database's clock, epoch milliseconds: after it the statement changes nothing. */
  readonly deadline: number;
}

/** Wallets that change together or not at all. */
export interface CommitGroup {
  readonly wallets: readonly WalletChange[];
  readonly cards: readonly CardChange[];
  readonly authorizations: readonly AuthorizationChange[];
  readonly events: readonly SealedEvent[];
  /** Keys of its commands, those of refused ones included: none may be used yet. */
  readonly keys: readonly CommandKey[];
}

export interface WalletChange {
  /** The version that was decided on. */
  readonly expectedVersion: number;
  /** The state to write; unchanged (a mere check that a refusal is not stale) at the same version. */
  readonly after: Wallet;
  /** Whether more than balances, usage and the head of the log changed. */
  readonly settingsChanged: boolean;
}

export interface CardChange {
  readonly after: Card;
  /** Present when the card is new. */
  readonly secret?: CardSecret;
  readonly settingsChanged: boolean;
}

export interface AuthorizationChange {
  readonly after: Authorization;
  readonly created: boolean;
}

/** A card number as it is stored. Hex; never in the log, never in a cache. */
export interface CardSecret {
  readonly numberCiphertext: string;
  readonly numberKeyVersion: number;
  readonly numberFingerprint: string;
}

export interface CommandKey {
  readonly walletId: string;
  readonly key: string;
}

export type CommitAnswer = Answered | Unreachable | Rejected;

export interface Answered {
  readonly kind: "answered";
  /** One for each group of the batch, in its order. */
  readonly outcomes: readonly GroupOutcome[];
  /** The id of the transaction, in decimal: who sees it sees all that the answer tells of. */
  readonly transaction: string;
  readonly databaseTime: number;
  /** How long the database worked on the statement, in milliseconds. */
  readonly executionMs: number;
}

export interface GroupOutcome {
  readonly verdict: "committed" | "refused";
  /** Some wallet of the group was not at its expected version. */
  readonly stale: boolean;
  /** The statement came after its deadline, or dated its events later than the database's clock. */
  readonly late: boolean;
  /** A new card's number belongs to another card of the organization. */
  readonly numberTaken: boolean;
  /** The events that used keys of the group belong to. */
  readonly used: readonly CommittedEvent[];
}

/** An event as it is in the log: what a command's answer is made of. */
export interface CommittedEvent {
  readonly walletId: string;
  readonly sequence: number;
  readonly type: EventType;
  readonly at: number;
  readonly data: unknown;
  readonly commandKey: string | null;
  readonly fingerprint: string | null;
  readonly requestId: string;
}
