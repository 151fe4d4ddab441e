import { isoTime } from "../../iso-time.ts";
import { type Refused, refuse, refuseField } from "../../result.ts";
import type { CloseWallet, OpenWallet, UpdateWallet } from "../model/command.ts";
import type { Controls, ControlsPatch } from "../model/controls.ts";
import type { EventType } from "../model/event.ts";
import { record } from "../model/money.ts";
import { type Wallet, type WalletRecord, walletRecord } from "../model/wallet.ts";
import { fits } from "./book.ts";
import { type Decision, decided } from "./decision.ts";
import { type LimitsPatch, limitsBelow, patchLimits } from "./limits.ts";
import { frozen, refuseReceiver, tooLarge, transferEvents } from "./movements.ts";

/** The first event of a wallet's log. */
export const openWallet = (command: OpenWallet, now: number): Decision => {
  const tooSmall = refuseSmallLimits(command.limits, command.smallestLimit);
  if (tooSmall) return tooSmall;
  const at = isoTime(now);
  const wallet: WalletRecord = {
    id: command.walletId,
    teamId: command.teamId,
    userId: command.userId,
    name: command.name,
    currency: command.currency,
    timezone: command.timezone,
    status: "active",
    available: 0,
    held: 0,
    receivable: 0,
    limits: command.limits,
    controls: command.controls,
    metadata: command.metadata,
    lowBalanceThreshold: command.lowBalanceThreshold,
    createdAt: at,
    updatedAt: at,
  };
  return decided({ walletId: wallet.id, type: "wallet.created", data: { wallet } });
};

export const updateWallet = (wallet: Wallet, command: UpdateWallet, now: number): Decision => {
  const timezone = command.timezone ?? wallet.timezone;
  if (timezone !== wallet.timezone && wallet.timezoneLocked) {
    return refuse("timezone_locked", "The time zone cannot change after the first authorization.", [
      { pointer: "/timezone", detail: "is fixed: its days have been counted" },
    ]);
  }
  const limits = patchLimits(wallet.limits, command.limits);
  const tooSmall = command.limits && refuseSmallLimits(command.limits, command.smallestLimit);
  if (tooSmall) return tooSmall;
  return changed("wallet.updated", now, {
    ...wallet,
    name: command.name ?? wallet.name,
    timezone,
    limits,
    controls: patchControls(wallet.controls, command.controls),
    metadata: command.metadata ?? wallet.metadata,
    lowBalanceThreshold:
      command.lowBalanceThreshold === undefined
        ? wallet.lowBalanceThreshold
        : command.lowBalanceThreshold,
  });
};

export const freezeWallet = (wallet: Wallet, now: number): Decision =>
  changed("wallet.frozen", now, { ...wallet, status: "frozen" });

export const unfreezeWallet = (wallet: Wallet, now: number): Decision =>
  changed("wallet.unfrozen", now, { ...wallet, status: "active" });

/**
 * Closes a wallet that holds nothing, owes nothing and has nothing on hold; what is still
 * available first goes to the wallet that the command names.
 */
export const closeWallet = (
  wallet: Wallet,
  receiver: Wallet | undefined,
  command: CloseWallet,
  now: number,
): Decision => {
  if (wallet.available === 0n || !receiver) {
    return (
      refuseUnlessEmpty(wallet, "closed") ??
      changed("wallet.closed", now, { ...wallet, status: "closed" })
    );
  }
  const unusable = refuseReceiver(wallet, receiver, "/sweepTo");
  if (unusable) return unusable;
  if (wallet.status === "frozen") return frozen();
  const emptied = { ...wallet, available: 0n };
  const inTheWay = refuseUnlessEmpty(emptied, "closed");
  if (inTheWay) return inTheWay;
  if (!fits(receiver, wallet.available)) return tooLarge();
  const sweep = {
    id: command.id,
    walletId: wallet.id,
    toWalletId: receiver.id,
    amount: record(wallet.available),
    reference: null,
    metadata: {},
    effectiveAt: null,
    corrects: null,
  };
  const [sent, received] = transferEvents(wallet, receiver, sweep, now);
  const closed = changed("wallet.closed", now, { ...emptied, status: "closed" });
  return closed.ok ? { ...closed, events: [sent, received, ...closed.events] } : closed;
};

/** Deletes a wallet that is empty: closed, and hidden. */
export const deleteWallet = (wallet: Wallet, now: number): Decision =>
  refuseUnlessEmpty(wallet, "deleted") ??
  changed("wallet.deleted", now, { ...wallet, status: "closed" });

const refuseUnlessEmpty = (wallet: Wallet, done: "closed" | "deleted"): Refused | undefined => {
  const inTheWay = [
    wallet.available > 0n && "still has money available",
    wallet.held > 0n && "still has money on hold",
    wallet.receivable > 0n && "still owes money",
  ].filter((detail) => detail !== false);
  if (inTheWay.length === 0) return undefined;
  return refuse(
    "wallet_not_empty",
    `Only an empty wallet can be ${done}.`,
    inTheWay.map((detail) => ({ detail: `wallet ${wallet.id} ${detail}` })),
  );
};

type WalletEventType = Exclude<Extract<EventType, `wallet.${string}`>, "wallet.balance_low">;

const changed = (type: WalletEventType, now: number, wallet: Wallet): Decision =>
  decided({
    walletId: wallet.id,
    type,
    data: { wallet: walletRecord({ ...wallet, updatedAt: now }) },
  });

export const refuseSmallLimits = (limits: LimitsPatch, smallestLimit: number) => {
  const [window] = limitsBelow(limits, smallestLimit);
  return window === undefined
    ? undefined
    : refuseField(
        `/limits/${window}/amount`,
        `is less than the organization's smallest limit, ${smallestLimit}`,
      );
};

export const patchControls = (controls: Controls, patch: ControlsPatch | undefined): Controls => ({
  merchants: patch?.merchants === undefined ? controls.merchants : patch.merchants,
  categories: patch?.categories === undefined ? controls.categories : patch.categories,
  countries: patch?.countries === undefined ? controls.countries : patch.countries,
});
