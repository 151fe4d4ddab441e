import type { OpenWallet } from "../model/command.ts";
import type { TransferRecord } from "../model/event.ts";
import { minor } from "../model/money.ts";
import type { Wallet } from "../model/wallet.ts";
import { fits } from "../rules/book.ts";
import { decide, type StateCommand } from "../rules/decide.ts";
import { type Decision, decided, type State } from "../rules/decision.ts";
import { refuseReceiver, tooLarge, transferEvents } from "../rules/movements.ts";
import { openWallet } from "../rules/wallet-lifecycle.ts";

/** The rules as they were when an event was decided. */
export interface Rules {
  readonly open: (command: OpenWallet, now: number) => Decision;
  readonly decide: (state: State, command: StateCommand, now: number) => Decision;
  /** What a transfer does to the wallet that receives, whose log does not say what the sender had. */
  readonly receive: (receiver: Wallet, transfer: TransferRecord) => Decision;
}

const receive = (receiver: Wallet, transfer: TransferRecord): Decision => {
  const amount = minor(transfer.amount);
  const { fromWalletId: id, currency } = transfer;
  // All that the rules ask of the sender here; whether it had the money, its own log is asked.
  const sender = { ...receiver, id, currency, available: amount };
  const unusable = refuseReceiver(sender, receiver);
  if (unusable) return unusable;
  if (!fits(receiver, amount)) return tooLarge();
  const at = Date.parse(transfer.createdAt);
  const [, received] = transferEvents(sender, receiver, { ...transfer, walletId: id }, at);
  return decided(received);
};

/**
 * By the version that every event carries. When the rules change so that an old command
 * would be decided otherwise, the old ones stay here under their number.
 */
const rules: Readonly<Record<number, Rules>> = {
  1: { open: openWallet, decide, receive },
};

export const rulesOfVersion = (version: number): Rules | undefined => rules[version];
