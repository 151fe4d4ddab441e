import type { Actor } from "../../actor.ts";
import type { Freshness } from "../../freshness.ts";
import { ok, type Result } from "../../result.ts";
import type { Account } from "../model/posting.ts";
import type { LedgerAccount, WalletReads } from "../ports.ts";

/** An account with its balance on its normal side. Sums are text: they can pass 2^53. */
export interface AccountBalance extends LedgerAccount {
  readonly normalSide: "debit" | "credit";
  readonly description: string;
  readonly balance: string;
}

export interface TrialBalance {
  readonly currencies: readonly {
    readonly currency: string;
    readonly debits: string;
    readonly credits: string;
    readonly difference: string;
    readonly clearing: string;
  }[];
  readonly balanced: boolean;
}

/** The chart of accounts. What is owed to wallets' owners is a liability, what they owe an asset. */
const chart: Readonly<
  Record<Account, { readonly normalSide: "debit" | "credit"; readonly description: string }>
> = {
  external: { normalSide: "debit", description: "Money that came in from outside, less what left" },
  available: { normalSide: "credit", description: "What wallets can spend" },
  held: { normalSide: "credit", description: "What card payments have reserved" },
  receivable: { normalSide: "debit", description: "What wallets owe after uncovered captures" },
  network: { normalSide: "credit", description: "Card spend that is settled, less refunds" },
  clearing: { normalSide: "credit", description: "Between wallets; nets to zero per transfer" },
};

export const ledgerAccounts =
  ({ reads }: { readonly reads: Pick<WalletReads, "ledgerAccounts"> }) =>
  async (
    { organizationId }: Actor,
    freshness?: Freshness,
  ): Promise<Result<readonly AccountBalance[]>> =>
    ok((await reads.ledgerAccounts(organizationId, freshness)).map(withBalance));

const withBalance = (account: LedgerAccount): AccountBalance => {
  const { normalSide, description } = chart[account.account];
  const net = BigInt(account.debits) - BigInt(account.credits);
  const balance = (normalSide === "debit" ? net : -net).toString();
  return { ...account, normalSide, description, balance };
};

/** Debits and credits of all accounts, which are equal in every currency or something is broken. */
export const trialBalance =
  ({ reads }: { readonly reads: Pick<WalletReads, "ledgerAccounts"> }) =>
  async ({ organizationId }: Actor, freshness?: Freshness): Promise<Result<TrialBalance>> => {
    const accounts = await reads.ledgerAccounts(organizationId, freshness);
    const currencies = [...Map.groupBy(accounts, ({ currency }) => currency)].map(
      ([currency, ofCurrency]) => {
        const debits = sum(ofCurrency.map((account) => account.debits));
        const credits = sum(ofCurrency.map((account) => account.credits));
        const clearing = ofCurrency.find(({ account }) => account === "clearing");
        return {
          currency,
          debits: debits.toString(),
          credits: credits.toString(),
          difference: (debits - credits).toString(),
          clearing: clearing ? withBalance(clearing).balance : "0",
        };
      },
    );
    const balanced = currencies.every(
      ({ difference, clearing }) => difference === "0" && clearing === "0",
    );
    return ok({ currencies, balanced });
  };

const sum = (amounts: readonly string[]): bigint =>
  amounts.reduce((total, amount) => total + BigInt(amount), 0n);
