import { isoTime } from "../../iso-time.ts";
import { refuse, refuseField } from "../../result.ts";
import type { Deposit, Transfer, Withdraw } from "../model/command.ts";
import type { DraftEvent, MovementRecord, TransferRecord } from "../model/event.ts";
import { minor } from "../model/money.ts";
import type { PostingRecord } from "../model/posting.ts";
import type { Wallet } from "../model/wallet.ts";
import { book, fits, inflow } from "./book.ts";
import { type Decision, decided } from "./decision.ts";

/** Money comes in from outside. A frozen wallet takes it: freezing stops spending. */
export const deposit = (wallet: Wallet, command: Deposit, now: number): Decision => {
  const amount = minor(command.amount);
  if (!fits(wallet, amount)) return tooLarge();
  const late = refuseEffectiveAt(command.effectiveAt, now);
  if (late) return late;
  const postings = book(wallet, inflow(wallet, "deposit", "external", amount));
  return decided({
    walletId: wallet.id,
    type: "deposit.booked",
    data: { deposit: movement(wallet, command, postings, now), postings },
  });
};

/** Money leaves. What is held for card payments is not there to leave. */
export const withdraw = (wallet: Wallet, command: Withdraw, now: number): Decision => {
  const amount = minor(command.amount);
  if (wallet.status === "frozen") return frozen();
  if (amount > wallet.available) return insufficient();
  const late = refuseEffectiveAt(command.effectiveAt, now);
  if (late) return late;
  const postings = book(wallet, [
    { kind: "withdrawal", debit: "available", credit: "external", amount },
  ]);
  return decided({
    walletId: wallet.id,
    type: "withdrawal.booked",
    data: { withdrawal: movement(wallet, command, postings, now), postings },
  });
};

/** Money goes from one wallet to another of the same currency, through `clearing`, in one commit. */
export const transfer = (
  sender: Wallet,
  receiver: Wallet,
  command: Transfer,
  now: number,
): Decision => {
  const amount = minor(command.amount);
  if (sender.id === receiver.id) {
    return refuseField("/toWalletId", "must be another wallet than fromWalletId");
  }
  const unusable = refuseReceiver(sender, receiver);
  if (unusable) return unusable;
  if (sender.status === "frozen") return frozen();
  if (amount > sender.available) return insufficient();
  if (!fits(receiver, amount)) return tooLarge();
  const late = refuseEffectiveAt(command.effectiveAt, now);
  if (late) return late;
  const [sent, received] = transferEvents(sender, receiver, command, now);
  return decided(sent, received);
};

/** Both sides of a transfer. The caller has seen that the sender has the amount. */
export const transferEvents = (
  sender: Wallet,
  receiver: Wallet,
  command: Omit<Transfer, "kind">,
  now: number,
): [DraftEvent, DraftEvent] => {
  const amount = minor(command.amount);
  const at = isoTime(now);
  const transfer: TransferRecord = {
    id: command.id,
    fromWalletId: sender.id,
    toWalletId: receiver.id,
    amount: command.amount,
    currency: sender.currency,
    reference: command.reference,
    metadata: command.metadata,
    effectiveAt: command.effectiveAt ?? at,
    corrects: command.corrects,
    createdAt: at,
  };
  const sent = book(sender, [
    { kind: "transfer_out", debit: "available", credit: "clearing", amount },
  ]);
  const received = book(receiver, inflow(receiver, "transfer_in", "clearing", amount));
  return [
    { walletId: sender.id, type: "transfer.sent", data: { transfer, postings: sent } },
    { walletId: receiver.id, type: "transfer.received", data: { transfer, postings: received } },
  ];
};

/** Why a wallet cannot receive from another; the request names it at `pointer`. */
export const refuseReceiver = (sender: Wallet, receiver: Wallet, pointer = "/toWalletId") => {
  if (receiver.deletedAt !== null) {
    return refuse("not_found", "There is no such wallet.", [
      { pointer, detail: "names no wallet" },
    ]);
  }
  if (receiver.status === "closed") {
    return refuse("wallet_closed", "The receiving wallet is closed.", [
      { pointer, detail: "is closed" },
    ]);
  }
  if (sender.currency === receiver.currency) return undefined;
  return refuse("currency_mismatch", "The wallets are in different currencies.", [
    { pointer, detail: `is in ${receiver.currency}, not ${sender.currency}` },
  ]);
};

/** A movement can count for an earlier day, never for one that has not come. */
const refuseEffectiveAt = (effectiveAt: string | null, now: number) =>
  effectiveAt !== null && Date.parse(effectiveAt) > now
    ? refuseField("/effectiveAt", "is in the future")
    : undefined;

const movement = (
  wallet: Wallet,
  command: Deposit | Withdraw,
  postings: readonly PostingRecord[],
  now: number,
): MovementRecord => {
  const after = postings.at(-1);
  if (!after) throw new Error("a movement books at least one posting");
  const at = isoTime(now);
  return {
    id: command.id,
    walletId: wallet.id,
    amount: command.amount,
    currency: wallet.currency,
    reference: command.reference,
    metadata: command.metadata,
    available: after.available,
    held: after.held,
    receivable: after.receivable,
    effectiveAt: command.effectiveAt ?? at,
    corrects: command.corrects,
    createdAt: at,
  };
};

export const frozen = () => refuse("wallet_frozen", "The wallet is frozen; nothing can leave it.");

const insufficient = () =>
  refuse("insufficient_funds", "The amount is more than the wallet has available.", [
    { pointer: "/amount", detail: "is more than what is available" },
  ]);

export const tooLarge = () =>
  refuse("balance_too_large", "The balance would pass the largest amount, 2^53 - 1.", [
    { pointer: "/amount", detail: "would make the balance too large" },
  ]);
