import type { Refused } from "../../result.ts";
import type { Card } from "../model/card.ts";
import type { DraftEvent } from "../model/event.ts";
import type { Wallet } from "../model/wallet.ts";

/**
 * What a command touches, and all that the rules may read: the wallet, and only the
 * card that the command names. A transfer also brings the wallet that receives. The
 * authorization that a capture, reversal or refund names will stand beside the card.
 */
export interface State {
  readonly wallet: Wallet;
  readonly card?: Card;
  readonly counterparty?: Wallet;
}

/** Events that will have happened, the wallet's own first; or why nothing does. */
export type Decision = Decided | Refused;

export interface Decided {
  readonly ok: true;
  readonly events: readonly DraftEvent[];
}

export const decided = (...events: DraftEvent[]): Decided => ({ ok: true, events });
