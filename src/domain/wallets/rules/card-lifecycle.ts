import { refuse } from "../../result.ts";
import { type Card, cardRecord } from "../model/card.ts";
import type { CreateCard, ReplaceCard, UpdateCard } from "../model/command.ts";
import type { EventType } from "../model/event.ts";
import { noUsage } from "../model/usage.ts";
import type { Wallet } from "../model/wallet.ts";
import { type Decision, decided } from "./decision.ts";
import { patchLimits } from "./limits.ts";
import { expired } from "./payment-controls.ts";
import { usageRecord } from "./usage.ts";
import { patchControls, refuseSmallLimits } from "./wallet-lifecycle.ts";

export const createCard = (wallet: Wallet, command: CreateCard, now: number): Decision => {
  if (expired(command, now, wallet.timezone)) {
    return refuseExpiry();
  }
  const tooSmall = refuseSmallLimits(command.limits, command.smallestLimit);
  if (tooSmall) return tooSmall;
  return changed("card.created", now, {
    id: command.cardId,
    organizationId: wallet.organizationId,
    walletId: wallet.id,
    cardholderId: command.cardholderId,
    name: command.name,
    type: command.type,
    issued: command.issued,
    status: "active",
    last4: command.last4,
    expMonth: command.expMonth,
    expYear: command.expYear,
    limits: command.limits,
    usage: noUsage,
    controls: command.controls,
    metadata: command.metadata,
    replacementFor: null,
    replacedBy: null,
    lockedMerchantId: null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  });
};

export const updateCard = (card: Card, command: UpdateCard, now: number): Decision => {
  const limits = patchLimits(card.limits, command.limits);
  const tooSmall = command.limits && refuseSmallLimits(command.limits, command.smallestLimit);
  if (tooSmall) return tooSmall;
  return changed("card.updated", now, {
    ...card,
    cardholderId: command.cardholderId === undefined ? card.cardholderId : command.cardholderId,
    name: command.name === undefined ? card.name : command.name,
    limits,
    controls: patchControls(card.controls, command.controls),
    metadata: command.metadata ?? card.metadata,
  });
};

export const freezeCard = (card: Card, now: number): Decision =>
  card.status === "terminated"
    ? terminated()
    : changed("card.frozen", now, { ...card, status: "frozen" });

export const unfreezeCard = (card: Card, now: number): Decision =>
  card.status === "terminated"
    ? terminated()
    : changed("card.unfrozen", now, { ...card, status: "active" });

/** Final. What the card holds can still be captured: the promise was made to the merchant. */
export const terminateCard = (card: Card, now: number): Decision =>
  changed("card.terminated", now, { ...card, status: "terminated" });

/**
 * A card takes the place of another: a new number, and everything else carries over, what
 * was spent included, so that a replacement is no way around a limit.
 */
export const replaceCard = (
  wallet: Wallet,
  card: Card,
  command: ReplaceCard,
  now: number,
): Decision => {
  if (card.status === "terminated") return terminated();
  if (expired(command, now, wallet.timezone)) return refuseExpiry();
  const successor: Card = {
    ...card,
    id: command.newCardId,
    issued: command.issued,
    status: "active",
    last4: command.last4,
    expMonth: command.expMonth,
    expYear: command.expYear,
    replacementFor: card.id,
    createdAt: now,
    updatedAt: now,
  };
  const replaced: Card = {
    ...card,
    status: "terminated",
    replacedBy: command.newCardId,
    updatedAt: now,
  };
  return decided(
    {
      walletId: wallet.id,
      type: "card.created",
      data: { card: cardRecord(successor), usage: usageRecord(card.usage) },
    },
    {
      walletId: wallet.id,
      type: "card.replaced",
      data: { card: cardRecord(replaced), reason: command.reason },
    },
  );
};

export const deleteCard = (card: Card, now: number): Decision =>
  changed("card.deleted", now, { ...card, status: "terminated" });

type CardEventType = Exclude<Extract<EventType, `card.${string}`>, "card.replaced">;

const changed = (type: CardEventType, now: number, card: Card): Decision =>
  decided({
    walletId: card.walletId,
    type,
    data: { card: cardRecord({ ...card, updatedAt: now }) },
  });

const refuseExpiry = () =>
  refuse("validation_failed", "The request body is not valid.", [
    { pointer: "/expMonth", detail: "the card has expired" },
    { pointer: "/expYear", detail: "the card has expired" },
  ]);

const terminated = () => refuse("card_terminated", "The card is terminated, for good.");
