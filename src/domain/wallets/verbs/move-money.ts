import type { Actor } from "../../actor.ts";
import { atPointer } from "../../changes.ts";
import { laneKeyOf } from "../../ids.ts";
import { type Result, refuseField } from "../../result.ts";
import type { MovementRecord, TransferRecord } from "../model/event.ts";
import type { Metadata } from "../model/wallet.ts";
import { type CommandPorts, execute } from "./command.ts";

export interface NewMovement {
  readonly amount: number;
  readonly reference?: string | null | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface NewTransfer extends NewMovement {
  readonly fromWalletId: string;
  readonly toWalletId: string;
}

export const deposit =
  (ports: CommandPorts) =>
  async (actor: Actor, walletId: string, input: NewMovement): Promise<Result<MovementRecord>> => {
    const command = { kind: "deposit", walletId, ...movement(ports, walletId, input) } as const;
    const result = await execute(ports, actor, command, ["deposit.booked"]);
    return result.ok ? { ...result, value: result.value.deposit } : result;
  };

export const withdraw =
  (ports: CommandPorts) =>
  async (actor: Actor, walletId: string, input: NewMovement): Promise<Result<MovementRecord>> => {
    const command = { kind: "withdraw", walletId, ...movement(ports, walletId, input) } as const;
    const result = await execute(ports, actor, command, ["withdrawal.booked"]);
    return result.ok ? { ...result, value: result.value.withdrawal } : result;
  };

export const transfer =
  (ports: CommandPorts) =>
  async (actor: Actor, input: NewTransfer): Promise<Result<TransferRecord>> => {
    const { fromWalletId, toWalletId } = input;
    if (fromWalletId === toWalletId) {
      return refuseField("/toWalletId", "must be another wallet than fromWalletId");
    }
    const command = {
      kind: "transfer",
      walletId: fromWalletId,
      toWalletId,
      ...movement(ports, fromWalletId, input),
    } as const;
    const result = await execute(ports, actor, command, ["transfer.sent"]);
    return result.ok
      ? { ...result, value: result.value.transfer }
      : atPointer(result, "/fromWalletId");
  };

const movement = (ports: CommandPorts, walletId: string, input: NewMovement) => ({
  id: ports.ids.withLane(laneKeyOf(walletId)),
  amount: input.amount,
  reference: input.reference ?? null,
  metadata: input.metadata ?? {},
});
