import { refuse } from "../../result.ts";
import type { Deposit, Transfer, Withdraw } from "../model/command.ts";
import type { MovementRecord, TransferRecord } from "../model/event.ts";
import { minor } from "../model/money.ts";
import type { PostingRecord } from "../model/posting.ts";
import type { Wallet } from "../model/wallet.ts";
import { book, fits, inflow } from "./book.ts";
import { type Decision, decided } from "./decision.ts";

/** Money comes in from outside. A frozen wallet takes it: freezing stops spending. */
export const deposit = (wallet: Wallet, command: Deposit, now: number): Decision => {
  const amount = minor(command.amount);
  if (!fits(wallet, amount)) return tooLarge();
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
  if (receiver.status === "closed") {
    return refuse("not_found", "There is no such wallet.", [
      { pointer: "/toWalletId", detail: "names no wallet" },
    ]);
  }
  if (sender.currency !== receiver.currency) {
    return refuse("currency_mismatch", "The wallets are in different currencies.", [
      { pointer: "/toWalletId", detail: `is in ${receiver.currency}, not ${sender.currency}` },
    ]);
  }
  if (sender.status === "frozen") return frozen();
  if (amount > sender.available) return insufficient();
  if (!fits(receiver, amount)) return tooLarge();
  const transfer: TransferRecord = {
    id: command.id,
    fromWalletId: sender.id,
    toWalletId: receiver.id,
    amount: command.amount,
    currency: sender.currency,
    reference: command.reference,
    metadata: command.metadata,
    createdAt: new Date(now).toISOString(),
  };
  const sent = book(sender, [
    { kind: "transfer_out", debit: "available", credit: "clearing", amount },
  ]);
  const received = book(receiver, inflow(receiver, "transfer_in", "clearing", amount));
  return decided(
    { walletId: sender.id, type: "transfer.sent", data: { transfer, postings: sent } },
    { walletId: receiver.id, type: "transfer.received", data: { transfer, postings: received } },
  );
};

const movement = (
  wallet: Wallet,
  command: Deposit | Withdraw,
  postings: readonly PostingRecord[],
  now: number,
): MovementRecord => {
  const after = postings.at(-1);
  if (!after) throw new Error("a movement books at least one posting");
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
    createdAt: new Date(now).toISOString(),
  };
};

const frozen = () => refuse("wallet_frozen", "The wallet is frozen; nothing can leave it.");

const insufficient = () =>
  refuse("insufficient_funds", "The amount is more than the wallet has available.", [
    { pointer: "/amount", detail: "is more than what is available" },
  ]);

const tooLarge = () =>
  refuse("balance_too_large", "The balance would pass the largest amount, 2^53 - 1.", [
    { pointer: "/amount", detail: "would make the balance too large" },
  ]);
