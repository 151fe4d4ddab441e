import type { Actor } from "../../actor.ts";
import { atPointer } from "../../changes.ts";
import { laneKeyOf } from "../../ids.ts";
import { type Refused, type Result, refuse, refuseField } from "../../result.ts";
import { cardNumberValid } from "../cards/card-number.ts";
import type { CardVault } from "../cards/card-vault.ts";
import type { CardRecord, CardType } from "../model/card.ts";
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
  readonly type?: CardType | undefined;
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
    const result = await withNumber(ports, input.number, (number) =>
      makeCard(ports, actor, input, number),
    );
    return atPointer(result, "/walletId");
  };

/**
 * Makes a card with the number it brings along, which must be one, or with one that
 * Purser draws: that may be taken, and then another is drawn.
 */
export const withNumber = async (
  { vault }: { readonly vault: CardVault },
  given: string | undefined,
  make: (number: string) => Promise<Result<CardRecord>>,
): Promise<Result<CardRecord>> => {
  if (given !== undefined) {
    return cardNumberValid(given)
      ? make(given)
      : refuseField("/number", "is not a card number: 13 to 19 digits with a check digit");
  }
  for (let draw = 1; ; draw++) {
    const result = await make(vault.newNumber());
    const taken = !result.ok && result.refusal.code === "card_number_taken";
    if (!taken || draw === 5) return result;
  }
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
      type: input.type ?? "standard",
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
  return result.ok ? { ...result, value: result.value.card } : result;
};

/** Issued cards are good for four years unless the request says otherwise. */
export const expiryOf = (input: Pick<NewCard, "expMonth" | "expYear">, now: number) => {
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
