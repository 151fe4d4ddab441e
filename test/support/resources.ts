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
  readonly last4: string;
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
}

export interface Transaction extends Balances {
  readonly id: string;
  readonly kind: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount: number;
}

export interface Identified {
  readonly id: string;
}
