import type { Actor } from "../../actor.ts";
import { atPointer } from "../../changes.ts";
import { laneKeyOf } from "../../ids.ts";
import { type Refused, type Result, refuse } from "../../result.ts";
import { cardNumberValid } from "../cards/card-number.ts";
import type { CardVault } from "../cards/card-vault.ts";
import type { CardRecord } from "../model/card.ts";
import { type ControlsPatch, noControls } from "../model/controls.ts";
import type { Metadata } from "../model/wallet.ts";
import type { Owners } from "../ports.ts";
import { type LimitsPatch, patchLimits } from "../rules/limits.ts";
import { patchControls } from "../rules/wallet-lifecycle.ts";
import { type CommandPorts, execute } from "./command.ts";

/** With a number the card is brought along; without one Purser issues it. */
export interface NewCard {
  readonly walletId: string;
  readonly number?: string | undefined;
  readonly expMonth?: number | undefined;
  readonly expYear?: number | undefined;
  /** Checked for its form and discarded. */
  readonly cvv?: string | undefined;
  readonly cardholderId?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly limits?: LimitsPatch | undefined;
  readonly controls?: ControlsPatch | undefined;
  readonly metadata?: Metadata | undefined;
}

export type CreateCardPorts = CommandPorts & {
  readonly vault: CardVault;
  readonly owners: Owners;
};

export const createCard =
  (ports: CreateCardPorts) =>
  async (actor: Actor, input: NewCard): Promise<Result<CardRecord>> => {
    if (input.cardholderId && !(await ports.owners.userExists(actor, input.cardholderId))) {
      return noCardholder();
    }
    if (input.number !== undefined && !cardNumberValid(input.number)) {
      return refuse("validation_failed", "The request body is not valid.", [
        { pointer: "/number", detail: "is not a card number: 13 to 19 digits with a check digit" },
      ]);
    }
    return input.number === undefined
      ? issueCard(ports, actor, input)
      : makeCard(ports, actor, input, input.number);
  };

/** A number in the range may be taken; another one is then drawn. */
const issueCard = async (
  ports: CreateCardPorts,
  actor: Actor,
  input: NewCard,
  draws = 5,
): Promise<Result<CardRecord>> => {
  const result = await makeCard(ports, actor, input, ports.vault.newNumber());
  const taken = !result.ok && result.refusal.code === "card_number_taken";
  return taken && draws > 1 ? issueCard(ports, actor, input, draws - 1) : result;
};

const makeCard = async (
  ports: CreateCardPorts,
  actor: Actor,
  input: NewCard,
  number: string,
): Promise<Result<CardRecord>> => {
  const cardId = ports.ids.withLane(laneKeyOf(input.walletId));
  const secret = await ports.vault.seal(actor.organizationId, cardId, number);
  const result = await execute(
    ports,
    actor,
    {
      kind: "create_card",
      walletId: input.walletId,
      cardId,
      cardholderId: input.cardholderId ?? null,
      name: input.name ?? null,
      type: "standard",
      issued: input.number === undefined,
      last4: number.slice(-4),
      ...expiryOf(input, ports.now()),
      limits: patchLimits(actor.settings.defaultLimits, input.limits),
      smallestLimit: actor.settings.smallestLimit,
      controls: patchControls(noControls, input.controls),
      metadata: input.metadata ?? {},
    },
    ["card.created"],
    secret,
  );
  return result.ok ? { ...result, value: result.value.card } : atPointer(result, "/walletId");
};

/** Issued cards are good for four years unless the request says otherwise. */
const expiryOf = (input: NewCard, now: number) => {
  const today = new Date(now);
  return {
    expMonth: input.expMonth ?? today.getUTCMonth() + 1,
    expYear: input.expYear ?? today.getUTCFullYear() + 4,
  };
};

export const noCardholder = (): Refused =>
  refuse("not_found", "There is no such user.", [
    { pointer: "/cardholderId", detail: "names no user" },
  ]);
