import type { Actor } from "../../actor.ts";
import { foundResult } from "../../changes.ts";
import type { Result } from "../../result.ts";
import type { OperationKind, StoredOperation, WalletReads } from "../ports.ts";

/** Whose operation it must be: what the path named before it. */
export interface OperationParent {
  readonly walletId?: string;
  readonly authorizationId?: string;
}

export const getOperation =
  ({ reads }: { readonly reads: Pick<WalletReads, "findOperation"> }) =>
  async (
    actor: Actor,
    kind: OperationKind,
    id: string,
    of: OperationParent,
  ): Promise<Result<StoredOperation>> => {
    const found = await reads.findOperation(actor.organizationId, id);
    const belongs =
      found?.kind === kind &&
      (of.walletId === undefined || found.walletId === of.walletId) &&
      (of.authorizationId === undefined || found.authorizationId === of.authorizationId);
    return foundResult(belongs ? found : null, kind);
  };
