import type { Actor } from "../../actor.ts";
import { atPointer } from "../../changes.ts";
import { laneKeyOf } from "../../ids.ts";
import type { Result } from "../../result.ts";
import type { AuthorizationRecord, Merchant, MerchantAmount } from "../model/authorization.ts";
import type { Metadata } from "../model/wallet.ts";
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
    const result = await execute(
      ports,
      actor,
      {
        kind: "authorize",
        id: ports.ids.withLane(laneKeyOf(input.cardId)),
        cardId: input.cardId,
        amount: input.amount,
        currency: input.currency ?? null,
        merchant: {
          id: input.merchant?.id ?? null,
          name: input.merchant?.name ?? null,
          category: input.merchant?.category ?? null,
          country: input.merchant?.country ?? null,
        },
        merchantAmount: input.merchantAmount ?? null,
        partialApproval: input.partialApproval ?? false,
        expiresInSeconds: input.expiresInSeconds ?? null,
        metadata: input.metadata ?? {},
      },
      ["authorization.approved", "authorization.declined"],
    );
    return result.ok
      ? { ...result, value: result.value.authorization }
      : atPointer(result, "/cardId");
  };
