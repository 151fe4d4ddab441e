import type { DraftEvent } from "../model/event.ts";
import { minor } from "../model/money.ts";
import type { Wallet } from "../model/wallet.ts";
import type { Decision, State } from "./decision.ts";

/** Adds an event for each wallet whose available balance falls below its threshold. */
export const withLowBalance = (state: State, decision: Decision): Decision => {
  if (!decision.ok) return decision;
  const warnings = [state.wallet, state.counterparty].flatMap((wallet) =>
    wallet ? warningFor(wallet, decision.events) : [],
  );
  return warnings.length === 0
    ? decision
    : { ...decision, events: [...decision.events, ...warnings] };
};

const warningFor = (wallet: Wallet, events: readonly DraftEvent[]): DraftEvent[] => {
  const threshold = wallet.lowBalanceThreshold;
  // Asked of every payment, of which few have a threshold.
  if (threshold === null || wallet.available < minor(threshold)) return [];
  // Whoever empties a wallet to close it need not be told that it is empty.
  if (events.some(({ walletId, type }) => walletId === wallet.id && type === "wallet.closed")) {
    return [];
  }
  const available = events
    .flatMap((event) =>
      event.walletId === wallet.id && "postings" in event.data ? event.data.postings : [],
    )
    .at(-1)?.available;
  if (available === undefined || available >= threshold) return [];
  const data = { walletId: wallet.id, available, threshold };
  return [{ walletId: wallet.id, type: "wallet.balance_low", data }];
};
