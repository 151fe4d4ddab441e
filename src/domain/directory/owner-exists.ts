import type { Actor } from "../actor.ts";
import type { TeamStore } from "./teams/team.ts";
import type { UserStore } from "./users/user.ts";
import type { Owner } from "./wallet-owners.ts";

/**
 * For the wallets context. It is true of a moment: what keeps a wallet from an owner that
 * is deleted right after is the tombstone that `closeOwner` leaves.
 */
export const ownerExists =
  ({ users, teams }: { users: UserStore; teams: TeamStore }) =>
  async (actor: Actor, owner: Owner): Promise<boolean> =>
    "teamId" in owner
      ? (await teams.find(actor.organizationId, owner.teamId)) !== null
      : (await users.find(actor.organizationId, owner.userId)) !== null;

export const userExists =
  ({ users }: { users: UserStore }) =>
  async (actor: Actor, userId: string): Promise<boolean> =>
    (await users.find(actor.organizationId, userId)) !== null;
