import type { Actor } from "../../actor.ts";
import type { Owner } from "../../directory/wallet-owners.ts";
import { laneKeyOf } from "../../ids.ts";
import { ok, type Result, refuseField } from "../../result.ts";
import type { UpdateWallet } from "../model/command.ts";
import type { EventData } from "../model/event.ts";
import type { WalletRecord } from "../model/wallet.ts";
import type { Owners, WalletOwnership } from "../ports.ts";
import { type CommandPorts, execute, executeAll, mostAtOnce } from "./command.ts";
import { noOwner } from "./create-wallet.ts";

export type WalletPatch = Pick<
  UpdateWallet,
  "name" | "timezone" | "limits" | "controls" | "metadata" | "lowBalanceThreshold"
>;

export const updateWallet =
  (ports: CommandPorts) => async (actor: Actor, walletId: string, patch: WalletPatch) =>
    walletOf(
      await execute(
        ports,
        actor,
        {
          kind: "update_wallet",
          walletId,
          smallestLimit: actor.settings.smallestLimit,
          ...patch,
        },
        ["wallet.updated"],
      ),
    );

export const freezeWallet = (ports: CommandPorts) => async (actor: Actor, walletId: string) =>
  walletOf(await execute(ports, actor, { kind: "freeze_wallet", walletId }, ["wallet.frozen"]));

export const unfreezeWallet = (ports: CommandPorts) => async (actor: Actor, walletId: string) =>
  walletOf(await execute(ports, actor, { kind: "unfreeze_wallet", walletId }, ["wallet.unfrozen"]));

/** Closes a wallet for good; what is still available goes to `sweepTo` first. */
export const closeWallet =
  (ports: CommandPorts) => async (actor: Actor, walletId: string, sweepTo: string | undefined) => {
    if (sweepTo === walletId) return refuseField("/sweepTo", "must be another wallet");
    const id = ports.ids.withLane(laneKeyOf(walletId));
    const command = {
      kind: "close_wallet",
      walletId,
      id,
      toWalletId: sweepTo ?? null,
    } as const;
    return walletOf(await execute(ports, actor, command, ["wallet.closed"]));
  };

/** Closes an empty wallet and hides it with its cards. */
export const deleteWallet =
  (ports: CommandPorts) =>
  async (actor: Actor, walletId: string): Promise<Result<void>> => {
    const result = await execute(ports, actor, { kind: "delete_wallet", walletId }, [
      "wallet.deleted",
    ]);
    return result.ok ? ok(undefined, result.written) : result;
  };

/** Deletes all wallets of an owner, or none if any is not empty. */
export const deleteWallets =
  (ports: CommandPorts & { readonly ownership: WalletOwnership; readonly owners: Owners }) =>
  async (actor: Actor, owner: Owner): Promise<Result<{ readonly deleted: number }>> => {
    if (!(await ports.owners.ownerExists(actor, owner))) return noOwner(owner);
    return deleteWalletsOf(ports, actor, owner);
  };

export const deleteWalletsOf = async (
  ports: CommandPorts & { readonly ownership: WalletOwnership },
  actor: Actor,
  owner: Owner,
): Promise<Result<{ readonly deleted: number }>> => {
  const ids = await ports.ownership.walletIdsOf(actor.organizationId, owner, mostAtOnce + 1);
  if (ids.length === 0) return ok({ deleted: 0 });
  const result = await executeAll(
    ports,
    actor,
    ids.map((walletId) => ({ kind: "delete_wallet", walletId })),
  );
  return result.ok ? ok({ deleted: result.value.length }, result.written) : result;
};

const walletOf = (
  result: Result<
    EventData["wallet.updated" | "wallet.frozen" | "wallet.unfrozen" | "wallet.closed"]
  >,
): Result<WalletRecord> => (result.ok ? { ...result, value: result.value.wallet } : result);
