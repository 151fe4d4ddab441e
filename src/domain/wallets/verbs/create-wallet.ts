import type { Actor } from "../../actor.ts";
import { creationResult } from "../../changes.ts";
import type { Owner } from "../../directory/wallet-owners.ts";
import { type Result, refuse } from "../../result.ts";
import { genesisHash, type Sha256, seal } from "../log/chain.ts";
import type { OpenWallet } from "../model/command.ts";
import { type ControlsPatch, noControls } from "../model/controls.ts";
import type { WalletEvent } from "../model/event.ts";
import type { Metadata, WalletRecord } from "../model/wallet.ts";
import type { LaneIds, Owners, WalletOwnership } from "../ports.ts";
import { openedWallet } from "../rules/apply.ts";
import { rulesVersion } from "../rules/decide.ts";
import { type LimitsPatch, patchLimits } from "../rules/limits.ts";
import { openWallet, patchControls } from "../rules/wallet-lifecycle.ts";

export interface NewWallet {
  readonly owner: Owner;
  readonly name: string;
  readonly currency?: string | undefined;
  readonly timezone?: string | undefined;
  readonly limits?: LimitsPatch | undefined;
  readonly controls?: ControlsPatch | undefined;
  readonly metadata?: Metadata | undefined;
  readonly lowBalanceThreshold?: number | null | undefined;
}

export interface CreateWalletPorts {
  readonly ownership: WalletOwnership;
  readonly owners: Owners;
  readonly ids: LaneIds;
  readonly sha256: Sha256;
  readonly now: () => number;
}

/**
 * Opens a wallet for a team or user that exists. The organization's defaults are copied:
 * changing them later changes no existing wallet. No lane is asked: nobody else can
 * change a wallet that does not exist yet.
 */
export const createWallet =
  (ports: CreateWalletPorts) =>
  async (actor: Actor, input: NewWallet): Promise<Result<WalletRecord>> => {
    if (!(await ports.owners.ownerExists(actor, input.owner))) return noOwner(input.owner);
    const now = ports.now();
    const command = commandOf(actor, input, ports.ids.next());
    const decision = openWallet(command, now);
    if (!decision.ok) return decision;
    const [draft] = decision.events;
    if (draft?.type !== "wallet.created") throw new Error("opening a wallet creates it");
    const opened = openedWallet(actor.organizationId, draft.data, now);
    const event: WalletEvent = { ...draft, sequence: 1, at: now, rulesVersion, command };
    const cause = {
      organizationId: actor.organizationId,
      requestId: actor.requestId,
      commandKey: actor.idempotency ? `client:${actor.idempotency.key}` : null,
      fingerprint: actor.idempotency?.fingerprint ?? null,
    };
    const sealed = seal(event, cause, genesisHash, ports.sha256);
    const wallet = { ...opened, headHash: sealed.hash };
    const creation = await ports.ownership.open(
      wallet,
      draft.data.wallet,
      sealed,
      actor.idempotency,
    );
    return creationResult(creation, (by) =>
      by === "clock_off"
        ? refuse("overloaded", "The service's clock is off; it makes no wallet.")
        : refuse("owner_closed", "The owner is being deleted; no wallet can be made for it."),
    );
  };

const commandOf = (actor: Actor, input: NewWallet, walletId: string): OpenWallet => ({
  kind: "open_wallet",
  walletId,
  teamId: "teamId" in input.owner ? input.owner.teamId : null,
  userId: "userId" in input.owner ? input.owner.userId : null,
  name: input.name,
  currency: input.currency ?? actor.settings.currency,
  timezone: input.timezone ?? actor.settings.timezone,
  limits: patchLimits(actor.settings.defaultLimits, input.limits),
  smallestLimit: actor.settings.smallestLimit,
  controls: patchControls(noControls, input.controls),
  metadata: input.metadata ?? {},
  lowBalanceThreshold: input.lowBalanceThreshold ?? null,
});

export const noOwner = (owner: Owner) => {
  const kind = "teamId" in owner ? "team" : "user";
  return refuse("not_found", `There is no such ${kind}.`, [
    { pointer: `/${kind}Id`, detail: `names no ${kind}` },
  ]);
};
