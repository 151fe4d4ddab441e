import type { Actor } from "../../actor.ts";
import { atPointer } from "../../changes.ts";
import { laneKeyOf } from "../../ids.ts";
import { type Refused, type Result, refuse, refuseField } from "../../result.ts";
import type { Transfer } from "../model/command.ts";
import type { MovementRecord, TransferRecord } from "../model/event.ts";
import type { Metadata } from "../model/wallet.ts";
import type { WalletReads } from "../ports.ts";
import { type CommandPorts, execute } from "./command.ts";

export interface NewMovement {
  readonly amount: number;
  readonly reference?: string | null | undefined;
  readonly metadata?: Metadata | undefined;
  /** When it counts for reports, ISO 8601 UTC; not in the future. */
  readonly effectiveAt?: string | undefined;
  /** An earlier movement of the same wallet that this one corrects. */
  readonly corrects?: string | undefined;
}

export interface NewTransfer extends NewMovement {
  readonly fromWalletId: string;
  readonly toWalletId: string;
}

export const deposit =
  (ports: MovementPorts) =>
  async (actor: Actor, walletId: string, input: NewMovement): Promise<Result<MovementRecord>> => {
    const wrong = await refuseCorrection(ports, actor, walletId, input.corrects);
    if (wrong) return wrong;
    const command = { kind: "deposit", walletId, ...movement(ports, walletId, input) } as const;
    const result = await execute(ports, actor, command, ["deposit.booked"]);
    return result.ok ? { ...result, value: result.value.deposit } : result;
  };

export const withdraw =
  (ports: MovementPorts) =>
  async (actor: Actor, walletId: string, input: NewMovement): Promise<Result<MovementRecord>> => {
    const wrong = await refuseCorrection(ports, actor, walletId, input.corrects);
    if (wrong) return wrong;
    const command = { kind: "withdraw", walletId, ...movement(ports, walletId, input) } as const;
    const result = await execute(ports, actor, command, ["withdrawal.booked"]);
    return result.ok ? { ...result, value: result.value.withdrawal } : result;
  };

export const transfer =
  (ports: MovementPorts) =>
  async (actor: Actor, input: NewTransfer): Promise<Result<TransferRecord>> => {
    const { fromWalletId, toWalletId } = input;
    if (fromWalletId === toWalletId) {
      return refuseField("/toWalletId", "must be another wallet than fromWalletId");
    }
    const wrong = await refuseCorrection(ports, actor, fromWalletId, input.corrects);
    if (wrong) return wrong;
    const result = await execute(ports, actor, transferCommand(ports, input), ["transfer.sent"]);
    return result.ok
      ? { ...result, value: result.value.transfer }
      : atPointer(result, "/fromWalletId");
  };

export const transferCommand = (
  ports: Pick<CommandPorts, "ids">,
  input: NewTransfer,
): Transfer => ({
  kind: "transfer",
  walletId: input.fromWalletId,
  toWalletId: input.toWalletId,
  ...movement(ports, input.fromWalletId, input),
});

const movement = (ports: Pick<CommandPorts, "ids">, walletId: string, input: NewMovement) => ({
  id: ports.ids.withLane(laneKeyOf(walletId)),
  amount: input.amount,
  reference: input.reference ?? null,
  metadata: input.metadata ?? {},
  effectiveAt: input.effectiveAt ?? null,
  corrects: input.corrects ?? null,
});

export type MovementPorts = CommandPorts & { readonly reads: Pick<WalletReads, "findOperation"> };

/** Nothing is edited: a correction is a movement of its own that names the one it mends. */
export const refuseCorrection = async (
  { reads }: Pick<MovementPorts, "reads">,
  actor: Actor,
  walletId: string,
  corrects: string | undefined,
): Promise<Refused | undefined> => {
  if (corrects === undefined) return undefined;
  const corrected = await reads.findOperation(actor.organizationId, corrects);
  return corrected?.walletId === walletId
    ? undefined
    : refuse("not_found", "There is no such movement of the wallet.", [
        { pointer: "/corrects", detail: "names no movement of the wallet" },
      ]);
};
