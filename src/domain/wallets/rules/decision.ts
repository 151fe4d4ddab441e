import type { Refused } from "../../result.ts";
import type { Authorization } from "../model/authorization.ts";
import type { Card } from "../model/card.ts";
import type { DraftEvent } from "../model/event.ts";
import type { Wallet } from "../model/wallet.ts";

/**
 * What a command touches, and all that the rules may read: the wallet, and only the card
 * and the authorization that the command names. A transfer also brings the wallet that
 * receives.
 */
export interface State {
  readonly wallet: Wallet;
  readonly card?: Card;
  readonly authorization?: Authorization;
  readonly counterparty?: Wallet;
}

/** Events that will have happened, or why nothing does. */
export type Decision = Decided | Refused;

export interface Decided {
  readonly ok: true;
  readonly events: readonly DraftEvent[];
  /** The event that answers the command and carries its key; in the log of its own wallet. */
  readonly answer: DraftEvent;
}

/** The first event answers unless another is named. */
export const decided = (first: DraftEvent, ...others: DraftEvent[]): Decided => ({
  ok: true,
  events: [first, ...others],
  answer: first,
});
