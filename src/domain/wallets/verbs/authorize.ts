import type { Actor } from "../../actor.ts";
import { atPointer } from "../../changes.ts";
import { laneKeyOf } from "../../ids.ts";
import type { Result } from "../../result.ts";
import type { AuthorizationRecord, Merchant, MerchantAmount } from "../model/authorization.ts";
import type { Authorize } from "../model/command.ts";
import type { Metadata } from "../model/wallet.ts";
import { holdSeconds } from "../rules/hold-period.ts";
import { type CommandPorts, execute } from "./command.ts";

export interface NewAuthorization {
  readonly cardId: string;
  /** Minor units of the wallet's currency; 0 is a card check. */
  readonly amount: number;
  readonly currency?: string | undefined;
  readonly merchant?:
    | { readonly [Field in keyof Merchant]?: string | null | undefined }
    | undefined;
  readonly merchantAmount?: MerchantAmount | undefined;
  readonly partialApproval?: boolean | undefined;
  readonly expiresInSeconds?: number | undefined;
  readonly metadata?: Metadata | undefined;
}

/** Approves or declines a card payment. A decline is an outcome, not a refusal. */
export const authorize =
  (ports: CommandPorts) =>
  async (actor: Actor, input: NewAuthorization): Promise<Result<AuthorizationRecord>> => {
    const command = authorizeCommand(ports, actor, input);
    const result = await execute(ports, actor, command, authorizeOutcomes);
    return result.ok
      ? { ...result, value: result.value.authorization }
      : atPointer(result, "/cardId");
  };

export const authorizeOutcomes = ["authorization.approved", "authorization.declined"] as const;

export const authorizeCommand = (
  ports: Pick<CommandPorts, "ids">,
  actor: Actor,
  input: NewAuthorization,
  mustApprove = false,
): Authorize => {
  const merchant = merchantOf(input.merchant);
  return {
    kind: "authorize",
    id: ports.ids.withLane(laneKeyOf(input.cardId)),
    cardId: input.cardId,
    amount: input.amount,
    currency: input.currency ?? null,
    merchant,
    merchantAmount: input.merchantAmount ?? null,
    partialApproval: input.partialApproval ?? false,
    expiresInSeconds:
      input.expiresInSeconds ?? holdSeconds(merchant.category, actor.settings.payments),
    mustApprove,
    metadata: input.metadata ?? {},
  };
};

export const merchantOf = (merchant: NewAuthorization["merchant"]): Merchant => ({
  id: merchant?.id ?? null,
  name: merchant?.name ?? null,
  category: merchant?.category ?? null,
  country: merchant?.country ?? null,
});
