/** The resources of DESIGN's contract, as far as the suites look at them. */
export interface Balances {
  readonly available: number;
  readonly held: number;
  readonly receivable: number;
}

export interface Wallet extends Balances {
  readonly id: string;
  readonly teamId: string | null;
  readonly userId: string | null;
  readonly name: string;
  readonly currency: string;
  readonly status: string;
  readonly limits: Readonly<Record<string, { amount?: number; count?: number } | null>>;
  readonly createdAt: string;
}

export interface Card {
  readonly id: string;
  readonly walletId: string;
  readonly status: string;
  readonly type: string;
  readonly last4: string;
  readonly replacementFor: string | null;
  readonly replacedBy: string | null;
  readonly lockedMerchantId: string | null;
}

export interface Authorization {
  readonly id: string;
  readonly cardId: string;
  readonly walletId: string;
  readonly approved: boolean;
  readonly status: string;
  readonly reasons: readonly string[];
  readonly requestedAmount: number;
  readonly amount: number;
  readonly held: number;
  readonly captured: number;
  readonly reversed: number;
  readonly refunded: number;
  readonly forced: boolean;
  readonly expiresAt: string | null;
}

/** An increment, capture, reversal or refund, with the payment as it is after it. */
export interface Act {
  readonly id: string;
  readonly amount: number;
  readonly approved?: boolean;
  readonly reasons?: readonly string[];
  readonly uncovered?: number;
  readonly final?: boolean;
  readonly kind?: string;
  readonly authorizationId: string | null;
  readonly authorization: Authorization;
}

export interface Transaction extends Balances {
  readonly id: string;
  readonly sequence: number;
  readonly kind: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount: number;
  readonly currency: string;
  readonly sourceId: string;
  readonly cardId: string | null;
  readonly reference: string | null;
  readonly effectiveAt: string;
  readonly createdAt: string;
}

export interface WindowReport {
  readonly limit: { readonly amount: number | null; readonly count: number | null };
  readonly spent: { readonly amount: number; readonly count: number };
  readonly remaining: { readonly amount: number | null; readonly count: number | null };
  readonly resetsAt: string | null;
}

export interface LimitsReport {
  readonly timezone: string;
  readonly perTransaction: { readonly amount: number | null };
  readonly windows: Readonly<Record<string, WindowReport>>;
}

export interface Explanation {
  readonly authorization: Authorization;
  readonly controls: readonly {
    readonly control: string;
    readonly verdict: string;
    readonly unit: string | null;
    readonly limit: number | null;
    readonly used: number | null;
    readonly headroom: number | null;
  }[];
}

export interface FeedEvent {
  readonly id: string;
  readonly type: string;
  readonly walletId: string;
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Identified {
  readonly id: string;
}
