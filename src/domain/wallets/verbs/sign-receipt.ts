import type { Actor } from "../../actor.ts";
import { notFound } from "../../changes.ts";
import { ok, type Result, refuse } from "../../result.ts";
import type { WalletReads } from "../ports.ts";
import { receiptPayload, receiptType } from "../receipts/receipt.ts";
import type { Signer } from "../receipts/signer.ts";

export interface ReceiptPorts {
  readonly reads: Pick<WalletReads, "findDecision">;
  /** Absent where no key is configured: then there are no receipts. */
  readonly signer?: Signer | undefined;
  readonly now: () => number;
}

export interface Receipt {
  /** A compact JWS of `ReceiptPayload`. */
  readonly receipt: string;
}

/** Signs the stored decision of a payment, when somebody asks for it. */
export const signReceipt =
  ({ reads, signer, now }: ReceiptPorts) =>
  async (actor: Actor, authorizationId: string): Promise<Result<Receipt>> => {
    const event = await reads.findDecision(actor.organizationId, authorizationId);
    if (!event) return notFound("authorization");
    if (!signer) return refuse("not_found", "Receipts are not signed here: no key is configured.");
    const payload = receiptPayload(authorizationId, event, now());
    return ok({ receipt: await signer.sign(receiptType, payload) });
  };
