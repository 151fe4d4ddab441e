import { isoTime } from "../../iso-time.ts";
import type { Limits } from "../rules/limits.ts";
import type { Controls } from "./controls.ts";
import { type Minor, record } from "./money.ts";
import type { Usage } from "./usage.ts";

export type WalletStatus = "active" | "frozen" | "closed";

export type Metadata = { readonly [key: string]: string };

/** A wallet's state: everything about it that the rules read. Times are epoch milliseconds. */
export interface Wallet {
  readonly id: string;
  readonly organizationId: string;
  /** Exactly one of `teamId` and `userId` is set. */
  readonly teamId: string | null;
  readonly userId: string | null;
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
  /** True from the first authorization: usage windows are dates of this zone. */
  readonly timezoneLocked: boolean;
  readonly status: WalletStatus;
  readonly available: Minor;
  readonly held: Minor;
  readonly receivable: Minor;
  readonly limits: Limits;
  readonly usage: Usage;
  readonly controls: Controls;
  readonly metadata: Metadata;
  /** An event tells when `available` falls below it. */
  readonly lowBalanceThreshold: number | null;
  /** The sequence of its newest event. */
  readonly version: number;
  /** Hash of its newest event, hex. */
  readonly headHash: string;
  readonly createdAt: number;
  /** Time of its newest event. */
  readonly updatedAt: number;
  /** Deleted wallets are closed and hidden; their log stays. */
  readonly deletedAt: number | null;
}

/** A wallet as the wire and the log show it. */
export interface WalletRecord {
  readonly id: string;
  readonly teamId: string | null;
  readonly userId: string | null;
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
  readonly status: WalletStatus;
  readonly available: number;
  readonly held: number;
  readonly receivable: number;
  readonly limits: Limits;
  readonly controls: Controls;
  readonly metadata: Metadata;
  readonly lowBalanceThreshold: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const walletRecord = (wallet: Wallet): WalletRecord => ({
  id: wallet.id,
  teamId: wallet.teamId,
  userId: wallet.userId,
  name: wallet.name,
  currency: wallet.currency,
  timezone: wallet.timezone,
  status: wallet.status,
  available: record(wallet.available),
  held: record(wallet.held),
  receivable: record(wallet.receivable),
  limits: wallet.limits,
  controls: wallet.controls,
  metadata: wallet.metadata,
  lowBalanceThreshold: wallet.lowBalanceThreshold,
  createdAt: isoTime(wallet.createdAt),
  updatedAt: isoTime(wallet.updatedAt),
});
