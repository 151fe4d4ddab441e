import type { Actor } from "../../actor.ts";
import { atPointer, notFound } from "../../changes.ts";
import { ok, type Result } from "../../result.ts";
import type { CardVault } from "../cards/card-vault.ts";
import type { CardRecord } from "../model/card.ts";
import type { UpdateCard } from "../model/command.ts";
import type { EventData } from "../model/event.ts";
import type { Owners, WalletReads } from "../ports.ts";
import { type CommandPorts, execute, executeAll, mostAtOnce } from "./command.ts";
import { noCardholder } from "./create-card.ts";

export type CardPatch = Pick<
  UpdateCard,
  "cardholderId" | "name" | "limits" | "controls" | "metadata"
>;

export const updateCard =
  (ports: CommandPorts & { readonly owners: Owners }) =>
  async (actor: Actor, cardId: string, patch: CardPatch): Promise<Result<CardRecord>> => {
    if (patch.cardholderId && !(await ports.owners.userExists(actor, patch.cardholderId))) {
      return noCardholder();
    }
    const { smallestLimit } = actor.settings;
    const command = { kind: "update_card", cardId, smallestLimit, ...patch } as const;
    return cardOf(await execute(ports, actor, command, ["card.updated"]));
  };

export const freezeCard = (ports: CommandPorts) => async (actor: Actor, cardId: string) =>
  cardOf(await execute(ports, actor, { kind: "freeze_card", cardId }, ["card.frozen"]));

export const unfreezeCard = (ports: CommandPorts) => async (actor: Actor, cardId: string) =>
  cardOf(await execute(ports, actor, { kind: "unfreeze_card", cardId }, ["card.unfrozen"]));

export const terminateCard = (ports: CommandPorts) => async (actor: Actor, cardId: string) =>
  cardOf(await execute(ports, actor, { kind: "terminate_card", cardId }, ["card.terminated"]));

export const deleteCard =
  (ports: CommandPorts) =>
  async (actor: Actor, cardId: string): Promise<Result<void>> => {
    const result = await execute(ports, actor, { kind: "delete_card", cardId }, ["card.deleted"]);
    return result.ok ? ok(undefined, result.written) : result;
  };

/** Deletes all cards of a wallet, or none. */
export const deleteCards =
  (ports: CommandPorts & { readonly reads: WalletReads }) =>
  async (actor: Actor, walletId: string): Promise<Result<{ readonly deleted: number }>> => {
    const ids = await ports.reads.cardIdsOf(actor.organizationId, walletId, mostAtOnce + 1);
    if (ids === null) return atPointer(notFound("wallet"), "/walletId");
    if (ids.length === 0) return ok({ deleted: 0 });
    const result = await executeAll(
      ports,
      actor,
      ids.map((cardId) => ({ kind: "delete_card", cardId })),
    );
    return result.ok ? ok({ deleted: result.value.length }, result.written) : result;
  };

export interface CardSecrets {
  readonly number: string;
  /** Only of issued cards: nobody else's CVV is ever stored. */
  readonly cvv?: string;
}

/** Shows a card's number, and writes down that it was shown to this key in this request. */
export const revealCard =
  ({ reads, vault }: { readonly reads: WalletReads; readonly vault: CardVault }) =>
  async (actor: Actor, cardId: string): Promise<Result<CardSecrets>> => {
    const card = await reads.revealCard(actor, cardId);
    if (!card) return notFound("card");
    const number = await vault.open(cardId, card);
    if (!card.issued) return ok({ number });
    return ok({ number, cvv: await vault.cvv(number, card.expMonth, card.expYear) });
  };

type CardChange = "card.updated" | "card.frozen" | "card.unfrozen" | "card.terminated";

const cardOf = (result: Result<EventData[CardChange]>): Result<CardRecord> =>
  result.ok ? { ...result, value: result.value.card } : result;
