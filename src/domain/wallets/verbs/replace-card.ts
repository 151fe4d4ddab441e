import type { Actor } from "../../actor.ts";
import { laneKeyOf } from "../../ids.ts";
import type { Result } from "../../result.ts";
import type { CardVault } from "../cards/card-vault.ts";
import type { CardRecord } from "../model/card.ts";
import type { ReplacementReason } from "../model/command.ts";
import { type CommandPorts, execute } from "./command.ts";
import { expiryOf, withNumber } from "./create-card.ts";

/** With a number the new card is brought along; without one Purser issues it. */
export interface CardReplacement {
  readonly reason: ReplacementReason;
  readonly number?: string | undefined;
  readonly expMonth?: number | undefined;
  readonly expYear?: number | undefined;
  readonly cvv?: string | undefined;
}

/** Answers with the new card; the old one is terminated in the same commit. */
export const replaceCard =
  (ports: CommandPorts & { readonly vault: CardVault }) =>
  (actor: Actor, cardId: string, input: CardReplacement): Promise<Result<CardRecord>> =>
    withNumber(ports, input.number, async (number) => {
      const newCardId = ports.ids.withLane(laneKeyOf(cardId));
      const secret = await ports.vault.seal(actor.organizationId, newCardId, number);
      const result = await execute(
        ports,
        actor,
        {
          kind: "replace_card",
          cardId,
          newCardId,
          reason: input.reason,
          issued: input.number === undefined,
          last4: number.slice(-4),
          ...expiryOf(input, ports.now()),
        },
        ["card.created"],
        secret,
      );
      return result.ok ? { ...result, value: result.value.card } : result;
    });
