import type { Actor } from "../../actor.ts";
import type { Owner } from "../../directory/wallet-owners.ts";
import { ok, type Result, refuse } from "../../result.ts";
import type { WalletOwnership } from "../ports.ts";
import { deleteWalletsOf } from "./change-wallet.ts";
import type { CommandPorts } from "./command.ts";

/**
 * Before the directory deletes an owner: first a tombstone, so that no wallet is made
 * meanwhile, then all its wallets as one group. If one of them is not empty the tombstone
 * is taken back. After a crash in between, the tombstone stays until the delete is
 * repeated, which ends either way.
 */
export const closeOwner =
  (ports: CommandPorts & { readonly ownership: WalletOwnership }) =>
  async (actor: Actor, owner: Owner): Promise<Result<void>> => {
    const token = await ports.ownership.close(actor.organizationId, owner);
    const closed = await deleteWalletsOf(ports, actor, owner);
    if (closed.ok) {
      // Another delete, refused for a reason of its own, may have taken its tombstone back
      // and ours with it; a wallet may have been made since.
      const kept = await ports.ownership.keepClosed(actor.organizationId, owner, token);
      return kept ? ok(undefined, kept.written) : closeOwner(ports)(actor, owner);
    }
    if (closed.refusal.code === "outcome_unknown") return closed;
    await ports.ownership.reopen(actor.organizationId, owner, token);
    return closed.refusal.code === "wallet_not_empty"
      ? refuse(
          "owner_not_empty",
          "Wallets of the owner are not empty; nothing was deleted.",
          closed.refusal.errors,
        )
      : closed;
  };
