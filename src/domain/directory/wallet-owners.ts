import type { Actor } from "../actor.ts";
import type { Result } from "../result.ts";

export type Owner = { readonly teamId: string } | { readonly userId: string };

/**
 * What the directory needs of the wallets context. An owner is closed there before it is
 * deleted here, so that no wallet is ever without a live owner; a crash in between is
 * mended by repeating the delete.
 */
export interface WalletOwners {
  /**
   * Closes the owner's empty wallets and lets no new ones be made. Refuses with
   * `owner_not_empty` if any holds or owes money. Closing twice is closing once.
   */
  closeOwner(actor: Actor, owner: Owner): Promise<Result<void>>;
}
