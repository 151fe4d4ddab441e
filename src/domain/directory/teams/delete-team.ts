import type { Actor } from "../../actor.ts";
import { changeResult, notFound } from "../../changes.ts";
import type { Result } from "../../result.ts";
import { secondStep } from "../../second-step.ts";
import type { WalletOwners } from "../wallet-owners.ts";
import type { TeamStore } from "./team.ts";

export const deleteTeam =
  ({ teams, walletOwners }: { teams: TeamStore; walletOwners: WalletOwners }) =>
  async (actor: Actor, id: string): Promise<Result<void>> => {
    // Asked first so that an id which names nothing leaves no tombstone in wallets.
    if (!(await teams.find(actor.organizationId, id))) return notFound("team");
    const closed = await walletOwners.closeOwner(actor, { teamId: id });
    if (!closed.ok) return closed;
    // Of two deletes at once, the one that finds it gone did not delete it.
    const removed = await secondStep(() => teams.remove(actor.organizationId, id));
    const result = changeResult(removed, "team", (by: never) => by);
    return result.ok ? { ...result, written: { ...closed.written, ...result.written } } : result;
  };
