import type { Actor } from "../actor.ts";
import { type Change, changeResult, notFound } from "../changes.ts";
import type { Result } from "../result.ts";
import { secondStep } from "../second-step.ts";
import type { WalletOwners } from "./wallet-owners.ts";

/** What teams and users have in common here. */
interface OwnerStore {
  find(organizationId: string, id: string): Promise<unknown>;
  remove(organizationId: string, id: string): Promise<Change<void>>;
}

/** Deletes a team or a user: first its wallets are closed, where the money is, then itself. */
export const deleteOwner =
  (kind: "team" | "user", store: OwnerStore, walletOwners: WalletOwners) =>
  async (actor: Actor, id: string): Promise<Result<void>> => {
    // Asked first so that an id which names nothing leaves no tombstone in wallets.
    if (!(await store.find(actor.organizationId, id))) return notFound(kind);
    const owner = kind === "team" ? { teamId: id } : { userId: id };
    const closed = await walletOwners.closeOwner(actor, owner);
    if (!closed.ok) return closed;
    // Of two deletes at once, the one that finds it gone did not delete it.
    const removed = await secondStep(() => store.remove(actor.organizationId, id));
    const result = changeResult(removed, kind, (by: never) => by);
    return result.ok ? { ...result, written: { ...closed.written, ...result.written } } : result;
  };
